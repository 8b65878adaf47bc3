package days

import "time"

// outageDays are about an issuer without good keys.
var outageDays = []day{
	{name: "the issuer is down; good tokens accepted for", run: outage},
	{name: "the same, of an issuer that sends `max-age=15`", run: outageWithMaxAge},
	{name: "emergency revocation: the issuer publishes an empty set; old tokens accepted for", run: revocation},
}

func outage(r *run) string {
	r.warm()
	r.configure(func(i *issuer) { i.down = true })
	return r.acceptedFor(r.token(), 15*time.Second, nil)
}

func outageWithMaxAge(r *run) string {
	r.configure(func(i *issuer) { i.maxAge = "15" })
	return outage(r)
}

func revocation(r *run) string {
	r.warm()
	r.configure(func(i *issuer) { i.jwks = []byte(`{"keys":[]}`) })
	return r.acceptedFor(r.token(), 10*time.Second, nil)
}
