package tenant

import (
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/dop251/goja"
)

// maxCallDepth stops infinite recursion before memory runs out.
const maxCallDepth = 1000

// actionTimeout limits one run of an Action.
const actionTimeout = time.Second

// protectedClaims cannot be set by an Action; Auth0 ignores the attempt.
// https://auth0.com/docs/secure/tokens/json-web-tokens/create-custom-claims
var protectedClaims = []string{
	"acr", "act", "amr", "at_hash", "aud", "auth_req_id", "auth_time", "azp", "c_hash", "client_id", "cnf", "exp",
	"gty", "htm", "htu", "iat", "iss", "jti", "nbf", "nonce", "permissions", "s_hash", "scope", "sid", "sub",
}

// action is a compiled Action. Each run has its own runtime and shares no
// state.
type action struct {
	name    string
	program *goja.Program
}

// event is the part of Auth0's post-login event that the Actions use.
// https://auth0.com/docs/customize/actions/explore-triggers/signup-and-login-triggers/login-trigger/post-login-event-object
type event struct {
	Authorization  map[string]any `json:"authorization"`
	Client         map[string]any `json:"client"`
	Connection     map[string]any `json:"connection"`
	Request        map[string]any `json:"request"`
	ResourceServer map[string]any `json:"resource_server,omitempty"`
	Transaction    map[string]any `json:"transaction"`
	User           map[string]any `json:"user"`
}

// effects collects the Actions' calls of their api argument.
type effects struct {
	added, removed           []string
	accessClaims, idClaims   map[string]any
	deniedReason, deniedCode string
}

func compile(name, code string) (action, error) {
	// The wrapper of Node's CommonJS.
	program, err := goja.Compile(name, "(function (exports, module, require) {"+code+"\n})", true)
	if err != nil {
		return action{}, fmt.Errorf("tenant: Action %q does not compile: %w", name, err)
	}
	return action{name: name, program: program}, nil
}

// run calls onExecutePostLogin and collects its effects.
func (a action) run(ev event, out *effects) error {
	vm := goja.New()
	vm.SetMaxCallStackSize(maxCallDepth)
	timer := time.AfterFunc(actionTimeout, func() { vm.Interrupt("too slow") })
	defer timer.Stop()

	handler, err := a.handler(vm)
	if err != nil {
		return a.failed(err)
	}
	arg, err := toScript(vm, ev)
	if err != nil {
		return a.failed(err)
	}
	result, err := handler(goja.Undefined(), arg, vm.ToValue(out.api()))
	if err != nil {
		return a.failed(err)
	}
	return a.checkSettled(result)
}

func (a action) handler(vm *goja.Runtime) (goja.Callable, error) {
	wrapper, err := vm.RunProgram(a.program)
	if err != nil {
		return nil, err
	}
	module := vm.NewObject()
	exports := vm.NewObject()
	if err := module.Set("exports", exports); err != nil {
		return nil, err
	}
	load, _ := goja.AssertFunction(wrapper)
	if _, err := load(goja.Undefined(), exports, module, goja.Undefined()); err != nil {
		return nil, err
	}
	handler, ok := goja.AssertFunction(module.Get("exports").ToObject(vm).Get("onExecutePostLogin"))
	if !ok {
		return nil, errors.New("it exports no onExecutePostLogin")
	}
	return handler, nil
}

// checkSettled returns the error of an async handler. Its promise has settled
// when the call returns, because the runtime has no timers and no network.
func (a action) checkSettled(result goja.Value) error {
	promise, ok := result.Export().(*goja.Promise)
	switch {
	case !ok || promise.State() == goja.PromiseStateFulfilled:
		return nil
	case promise.State() == goja.PromiseStateRejected:
		return a.failed(errors.New(promise.Result().String()))
	default:
		return a.failed(errors.New("its promise never settles"))
	}
}

func (a action) failed(err error) error {
	return fmt.Errorf("%w: %s: %w", ErrAction, a.name, err)
}

// toScript converts the event to plain script objects.
func toScript(vm *goja.Runtime, ev event) (goja.Value, error) {
	raw, err := json.Marshal(ev)
	if err != nil {
		return nil, err
	}
	parse, _ := goja.AssertFunction(vm.Get("JSON").ToObject(vm).Get("parse"))
	return parse(goja.Undefined(), vm.ToValue(string(raw)))
}

// api is the second argument of onExecutePostLogin. Calling a missing function
// throws and fails the login.
func (e *effects) api() map[string]any {
	return map[string]any{
		"accessToken": map[string]any{
			"addScope":       func(s string) { e.added, e.removed = with(e.added, s), without(e.removed, s) },
			"removeScope":    func(s string) { e.removed, e.added = with(e.removed, s), without(e.added, s) },
			"setCustomClaim": func(name string, v any) { e.accessClaims = claim(e.accessClaims, name, v) },
		},
		"idToken": map[string]any{
			"setCustomClaim": func(name string, v any) { e.idClaims = claim(e.idClaims, name, v) },
		},
		"access": map[string]any{
			"deny": func(args ...string) { e.deniedReason, e.deniedCode = strings.Join(args, ": "), "access_denied" },
		},
	}
}

func with(list []string, s string) []string { return append(without(list, s), s) }

func without(list []string, s string) []string {
	return slices.DeleteFunc(list, func(have string) bool { return have == s })
}

func claim(claims map[string]any, name string, value any) map[string]any {
	if slices.Contains(protectedClaims, name) {
		return claims
	}
	claims = maps.Clone(claims)
	if claims == nil {
		claims = map[string]any{}
	}
	claims[name] = value
	return claims
}
