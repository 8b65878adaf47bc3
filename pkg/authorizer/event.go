package authorizer

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
)

var errNotAuthorizerEvent = errors.New("authorizer: not an event for a Lambda authorizer")

// Handle serves any authorizer event, so that one deployed function can authorize several APIs. It
// calls [Authorizer.HandleHTTP] for payload 2.0, [Authorizer.HandleToken] for TOKEN,
// [Authorizer.HandleConnect] for REQUEST of a WebSocket API, [Authorizer.HandleREST] for every
// other REQUEST, and [Authorizer.HandleAppSync] for an event of AppSync. Any other event is an
// error.
func (a *Authorizer) Handle(ctx context.Context, event json.RawMessage) (any, error) {
	var kind eventKind
	if err := json.Unmarshal(event, &kind); err != nil {
		return nil, errNotAuthorizerEvent
	}
	switch {
	case kind.Type == "REQUEST" && kind.Version == "2.0":
		return handle(ctx, event, a.HandleHTTP)
	case kind.Type == "REQUEST" && kind.isConnect():
		return handle(ctx, event, a.HandleConnect)
	case kind.Type == "REQUEST":
		return handle(ctx, event, a.HandleREST)
	case kind.Type == "TOKEN":
		return handle(ctx, event, a.HandleToken)
	case kind.isAppSync():
		return handle(ctx, event, a.HandleAppSync)
	default:
		return nil, errNotAuthorizerEvent
	}
}

// eventKind holds the members by which the events differ.
type eventKind struct {
	Type, Version, MethodArn string
	AuthorizationToken       *string
	RequestContext           struct{ APIID, QueryString *string }
}

// isConnect looks at the ARN: that of a REST API has a method behind the stage.
func (k eventKind) isConnect() bool {
	method, err := parseMethodARN(k.MethodArn)
	return err == nil && method.isConnect()
}

func (k eventKind) isAppSync() bool {
	return k.Type == "" && k.Version == "" && k.AuthorizationToken != nil && k.RequestContext.APIID != nil && k.RequestContext.QueryString != nil
}

// handle decodes the event. Its error quotes nothing of the event, which contains the token.
func handle[E, R any](ctx context.Context, event json.RawMessage, h func(context.Context, E) (R, error)) (any, error) {
	var e E
	if err := json.Unmarshal(event, &e); err != nil {
		return nil, fmt.Errorf("%w: unknown shape", errNotAuthorizerEvent)
	}
	resp, err := h(ctx, e)
	if err != nil {
		return nil, err
	}
	return resp, nil
}
