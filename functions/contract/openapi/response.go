package openapi

import (
	"maps"
	"net/http"

	"example.com/securedpets/functions/contract"
)

// A response is one status of an operation.
type response struct {
	description string
	schema      string            // of components/schemas; "" has no body
	examples    map[string]any    // by name
	headers     map[string]string // name to description; all of them are always sent
	optional    map[string]string // headers that only some responses have
}

func (r response) object(status int) object {
	o := object{"description": r.description}
	if r.schema != "" {
		content := object{"schema": ref(r.schema)}
		if len(r.examples) > 0 {
			examples := object{}
			for name, value := range r.examples {
				examples[name] = object{"value": value}
			}
			content["examples"] = examples
		}
		o["content"] = object{"application/json": content}
	}
	headers := object{}
	for name, description := range r.headers {
		headers[name] = object{"description": description, "required": true, "schema": object{"type": "string"}}
	}
	for name, description := range r.optional {
		headers[name] = object{"description": description, "schema": object{"type": "string"}}
	}
	if status == http.StatusUnauthorized || status == http.StatusForbidden {
		headers["WWW-Authenticate"] = object{"description": "The challenge (RFC 6750, section 3)", "schema": object{"type": "string"}}
	}
	if len(headers) > 0 {
		o["headers"] = headers
	}
	return o
}

// problem is an error response with its messages.
func problem(description string, messages ...string) response {
	r := response{description: description, schema: "Error", examples: map[string]any{}}
	for _, m := range messages {
		r.examples[exampleName(m)] = object{"message": m}
	}
	return r
}

// exampleName turns a message into a name of letters and dashes.
func exampleName(message string) string {
	name := []byte{}
	for _, c := range []byte(message) {
		switch {
		case c >= 'a' && c <= 'z', c >= 'A' && c <= 'Z':
			name = append(name, c|0x20)
		case len(name) > 0 && name[len(name)-1] != '-':
			name = append(name, '-')
		}
	}
	return string(name[:min(len(name), 40)])
}

// allResponses adds the statuses that follow from the kind of the route.
func (o operation) allResponses(r contract.Route) map[int]response {
	all := map[int]response{
		http.StatusTooManyRequests:     problem("The throttle of the route", "Too Many Requests"),
		http.StatusInternalServerError: problem("A defect; the cause is in the log only", "Internal Server Error"),
	}
	unavailable := problem("A check or the store cannot be reached now; the same request may succeed later", o.unavailable...)
	unavailable.optional = map[string]string{"Retry-After": "Seconds"}
	unauthorized := problem("The token is not valid", "Unauthorized")
	if !r.Public() {
		unauthorized = problem("No token, or it is not valid", "Unauthorized")
		unavailable.examples["service-unavailable"] = object{"message": "Service Unavailable"}
		all[http.StatusForbidden] = problem("The token lacks the scope", "Forbidden")
	}
	all[http.StatusUnauthorized] = unauthorized
	all[http.StatusServiceUnavailable] = unavailable
	if o.body != nil {
		all[http.StatusRequestEntityTooLarge] = problem("The body is too large", "Request Entity Too Large")
		all[http.StatusUnsupportedMediaType] = problem("The content type or encoding is not supported",
			"the content type must be application/json", "the content encoding must be gzip or none")
	}
	maps.Copy(all, o.responses)
	return all
}
