package authorizer

import (
	"maps"
	"net/http"
	"strconv"
	"strings"
)

// A message is the parts of a response event. Parts that the kind does not have are nil.
type message struct {
	status      *int
	description *string // of a load balancer: the status and its text
	body        *string
	single      *map[string]string
	multi       *map[string][]string
}

// write fills an empty response.
func (m message) write(r Response) {
	*m.status, *m.body = r.Status, r.Body
	if m.description != nil {
		*m.description = strconv.Itoa(r.Status) + " " + http.StatusText(r.Status)
	}
	for name, value := range r.Headers {
		m.set(name, value)
	}
}

// set adds a header to a copy: a handler may share one map among its responses.
func (m message) set(name, value string) {
	if m.single == nil {
		*m.multi = copied(*m.multi)
		(*m.multi)[name] = []string{value}
		return
	}
	*m.single = copied(*m.single)
	(*m.single)[name] = value
}

func copied[V any](headers map[string]V) map[string]V {
	if headers == nil {
		return make(map[string]V, 1)
	}
	return maps.Clone(headers)
}

// noStore keeps caches from storing a response that was made for one caller.
func (m message) noStore() {
	if _, _, ok := m.lookup("cache-control"); !ok {
		m.set("cache-control", "no-store")
	}
}

// varyByAuthorization keeps a browser's cache from using the anonymous response after a sign-in.
func (m message) varyByAuthorization() {
	name, value, ok := m.lookup("vary")
	switch {
	case !ok:
		m.set("vary", "Authorization")
	case strings.Contains(strings.ToLower(value), headerName):
	default:
		m.replace(name, value+", Authorization")
	}
}

// replace sets a header where it is.
func (m message) replace(name, value string) {
	if m.multi != nil {
		if _, ok := (*m.multi)[name]; ok {
			m.single = nil
		}
	}
	m.set(name, value)
}

// lookup returns the spelling of a header and its values.
func (m message) lookup(wanted string) (name, value string, ok bool) {
	if m.multi != nil { // where a name is in both, API Gateway uses this one
		for name, values := range *m.multi {
			if isHeader(name, wanted) {
				return name, strings.Join(values, ", "), true
			}
		}
	}
	if m.single != nil {
		for name, value := range *m.single {
			if isHeader(name, wanted) {
				return name, value, true
			}
		}
	}
	return "", "", false
}
