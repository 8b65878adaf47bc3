package contract

import "strings"

// A Route is one operation of the API.
type Route struct {
	Method   string
	Path     string // segments may be {name}; the last one may be {proxy+}, one or more segments
	Function Function
	Scopes   []string // any one of them is enough; none makes the route public
	Throttle Throttle // by default, the stage's
}

// A Throttle limits the requests of a route.
type Throttle struct {
	Rate  int // requests a second
	Burst int // requests at once
}

// The routes of the API.
//
// ListPets is public, and its function verifies a token itself when there is one.
//
// Preflight is public and must stay so: browsers send a preflight without a token, and an
// explicit OPTIONS, ANY or $default route takes it before API Gateway's own CORS response.
// For the same reason there is no ANY and no $default route.
// https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-cors.html
//
// A purchase is a transaction, the most expensive request, and rarer than a read.
var (
	ListPets   = Route{Method: "GET", Path: "/pets", Function: GetPetInfo}
	UpdatePets = Route{
		Method: "POST", Path: "/pets", Function: UpdatePetInfo,
		Scopes: []string{ScopeUpdatePets},
	}
	PurchasePet = Route{
		Method: "POST", Path: "/pets/purchase", Function: PetPurchase,
		Scopes:   []string{ScopePurchasePets},
		Throttle: Throttle{Rate: 200, Burst: 400},
	}
	FindUnicorn = Route{
		Method: "GET", Path: "/unicorn", Function: GetUnicorn,
		Scopes: []string{ScopeReadUnicorn},
	}
	ListUnicorns = Route{
		Method: "GET", Path: "/unicorns", Function: ListAllUnicorns,
		Scopes: []string{ScopeListUnicorns},
	}
	Preflight = Route{Method: "OPTIONS", Path: "/{proxy+}", Function: NoOp}
)

// Routes returns every route.
func Routes() []Route {
	return []Route{ListPets, UpdatePets, PurchasePet, FindUnicorn, ListUnicorns, Preflight}
}

// PublicRoutes returns the keys of the routes that may have no scopes. It repeats what Routes
// says on purpose: a route that loses its scopes by mistake is not on this list.
func PublicRoutes() []string { return []string{"GET /pets", "OPTIONS /{proxy+}"} }

// Key returns the route key as API Gateway writes it, "GET /pets".
func (r Route) Key() string { return r.Method + " " + r.Path }

// Public reports whether a request needs no token.
func (r Route) Public() bool { return len(r.Scopes) == 0 }

// Match reports whether the path is one of the route's, and returns the values of its {name}
// segments. One trailing slash is ignored, as API Gateway does.
func (r Route) Match(path string) (parameters map[string]string, ok bool) {
	want := segments(r.Path)
	got := segments(strings.TrimSuffix(path, "/"))
	parameters = map[string]string{}
	for i, segment := range want {
		name, isParameter := parameter(segment)
		greedy, isGreedy := strings.CutSuffix(name, "+")
		switch {
		case isGreedy && path != "":
			parameters[greedy] = strings.Join(got[min(i, len(got)):], "/")
			return parameters, true
		case i >= len(got), isParameter && got[i] == "", !isParameter && got[i] != segment:
			return nil, false
		case isParameter:
			parameters[name] = got[i]
		}
	}
	if len(got) != len(want) {
		return nil, false
	}
	return parameters, true
}

func segments(path string) []string { return strings.Split(strings.TrimPrefix(path, "/"), "/") }

func parameter(segment string) (name string, ok bool) {
	if !strings.HasPrefix(segment, "{") || !strings.HasSuffix(segment, "}") {
		return "", false
	}
	return segment[1 : len(segment)-1], true
}
