package jwtauth

import (
	"context"
	"strings"

	"example.com/securedpets/pkg/strictjson"
)

const discoveryPath = "/.well-known/openid-configuration"

// locate returns the URL of the key set, from the discovery document if need be (OpenID Connect
// Discovery section 4).
func (r *RemoteKeySet) locate(ctx context.Context) (string, *fetchError) {
	if r.url != "" {
		return r.url, nil
	}
	r.mu.Lock()
	endpoint := r.endpoint
	r.mu.Unlock()
	if endpoint != "" {
		return endpoint, nil
	}
	body, _, err := r.get(ctx, strings.TrimSuffix(r.issuer, "/")+discoveryPath, "")
	if err != nil {
		return "", err
	}
	endpoint, ok := readDiscovery(body, r.issuer)
	if !ok {
		return "", &fetchError{text: "the discovery document is not the issuer's or names no usable key set"}
	}
	r.mu.Lock()
	r.endpoint = endpoint
	r.mu.Unlock()
	return endpoint, nil
}

// readDiscovery returns jwks_uri. The issuer must be exactly the configured one (section 4.3):
// otherwise one document could vouch for another issuer.
func readDiscovery(doc []byte, issuer string) (string, bool) {
	members, err := strictjson.Scan(doc, nil)
	if err != nil {
		return "", false
	}
	var endpoint string
	same := false
	for _, m := range members {
		switch string(strictjson.Bytes(doc, m.Name)) {
		case "issuer":
			same = isText(doc, m.Value, issuer)
		case "jwks_uri":
			endpoint = string(strictjson.Bytes(doc, m.Value))
		}
	}
	_, err = parseEndpoint(endpoint)
	return endpoint, same && err == nil
}
