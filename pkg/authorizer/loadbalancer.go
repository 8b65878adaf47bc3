package authorizer

import (
	"context"

	"github.com/aws/aws-lambda-go/events"
)

// A LoadBalancerHandler serves the events of an Application Load Balancer.
type LoadBalancerHandler func(context.Context, events.ALBTargetGroupRequest) (events.ALBTargetGroupResponse, error)

// A load balancer has no routes, and gives a function no client certificate that it verified.
var loadBalancerEvents = adapter[events.ALBTargetGroupRequest, events.ALBTargetGroupResponse]{
	request: func(_ handshake, e *events.ALBTargetGroupRequest) request {
		return eventRequest("", e.Headers, e.MultiValueHeaders, e.HTTPMethod, e.Path)
	},
	message: func(e *events.ALBTargetGroupRequest, r *events.ALBTargetGroupResponse) message {
		m := message{status: &r.StatusCode, description: &r.StatusDescription, body: &r.Body}
		// The target group reads the map that it sent, and no other.
		if e.MultiValueHeaders != nil {
			m.multi = &r.MultiValueHeaders
		} else {
			m.single = &r.Headers
		}
		return m
	},
}

// RequireLoadBalancer is [Authorizer.Require] for a function behind an Application Load Balancer,
// with multi-value headers or without.
//
// Turn multi-value headers on: without them a load balancer passes on the last of several equal
// headers, so two Authorization headers cannot be refused here.
//
// https://docs.aws.amazon.com/elasticloadbalancing/latest/application/lambda-functions.html
func (a *Authorizer) RequireLoadBalancer(next LoadBalancerHandler, scopes ...string) LoadBalancerHandler {
	return require(a, loadBalancerEvents, next, scopes)
}

// OptionalLoadBalancer is [Authorizer.Optional] for the events of [Authorizer.RequireLoadBalancer].
func (a *Authorizer) OptionalLoadBalancer(next LoadBalancerHandler) LoadBalancerHandler {
	return optional(a, loadBalancerEvents, next)
}
