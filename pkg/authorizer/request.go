package authorizer

import (
	"net/http"

	"github.com/aws/aws-lambda-go/events"
)

// A request is what a decision is about: the part of an event that all kinds have.
type request struct {
	route string // as in [Decision]
	credentials
}

func (a *Authorizer) httpRequest(r *http.Request) request {
	return request{a.routeOf(r), credentials{r.Header.Values(headerName), possession{request: r}}}
}

// payloadRequest reads payload 2.0 of an HTTP API.
func payloadRequest(route string, headers map[string]string, path string, c *events.APIGatewayV2HTTPRequestContext) request {
	r := eventRequest(route, headers, nil, c.HTTP.Method, path)
	r.certificate = c.Authentication.ClientCert.ClientCertPem
	return r
}

// eventRequest reads what all events have. REST APIs and load balancers may give two maps of
// headers.
func eventRequest(route string, headers map[string]string, multi map[string][]string, method, path string) request {
	return request{route, credentials{headerValues(headerName, headers, multi), possession{
		headers: headers, multi: multi, method: method, path: path,
	}}}
}
