package template

import (
	"strings"
	"time"
)

func (b *builder) route(id string, p *properties, authorizers map[string]*Authorizer, integrations map[string]Integration) Route {
	route := Route{LogicalID: id, Key: p.required("RouteKey"), Authorization: p.text("AuthorizationType", AuthorizationNone)}
	p.ignored("ApiId", "OperationName")
	target, found := strings.CutPrefix(p.required("Target"), "integrations/")
	integration, known := integrations[target]
	if !found || !known {
		p.problem("Target", ErrInvalid, "an integration of this template was expected")
	}
	route.Integration = integration
	authorizerID, scopes := p.text("AuthorizerId", ""), p.texts("AuthorizationScopes")
	switch route.Authorization {
	case AuthorizationJWT:
		route.Scopes, route.Authorizer = scopes, authorizers[authorizerID]
		if route.Authorizer == nil {
			p.problem("AuthorizerId", ErrInvalid, "an authorizer of this template was expected")
		}
	case AuthorizationNone, AuthorizationIAM: // scopes have no meaning here: CDK leaves them on public routes
	default:
		p.problem("AuthorizationType", ErrNotServed, "NONE, JWT and AWS_IAM are served, not %q", route.Authorization)
	}
	const mostScopes = 10
	if len(route.Scopes) > mostScopes {
		p.problem("AuthorizationScopes", ErrInvalid, "at most %d scopes were expected", mostScopes)
	}
	p.done()
	return route
}

func (b *builder) readIntegrations() map[string]Integration {
	integrations := map[string]Integration{}
	b.each(apiPrefix+"Integration", func(id string, p *properties) {
		integrations[id] = b.integration(id, p)
	})
	return integrations
}

func (b *builder) integration(id string, p *properties) Integration {
	const shortest, longest = 50, 30000 // milliseconds
	p.ignored("ApiId", "Description")
	kind := p.required("IntegrationType")
	if kind != "AWS_PROXY" {
		p.problem("IntegrationType", ErrNotServed, "only AWS_PROXY is served, not %q", kind)
		return Integration{LogicalID: id}
	}
	if format := p.required("PayloadFormatVersion"); format != "2.0" {
		p.problem("PayloadFormatVersion", ErrNotServed, "only 2.0 is served, not %q", format)
	}
	if method := p.text("IntegrationMethod", "POST"); method != "POST" {
		p.problem("IntegrationMethod", ErrInvalid, "a function is invoked by POST, not %q", method)
	}
	if connection := p.text("ConnectionType", "INTERNET"); connection != "INTERNET" {
		p.problem("ConnectionType", ErrNotServed, "there is no VPC here")
	}
	integration := Integration{
		LogicalID: id,
		Timeout:   time.Duration(orInt(p.integer("TimeoutInMillis", shortest, longest), longest)) * time.Millisecond,
	}
	integration.FunctionARN = invokedARN(p.required("IntegrationUri"))
	integration.Function = b.invoked(p, integration.FunctionARN)
	integration.Sources = b.permissions[integration.FunctionARN]
	p.done()
	return integration
}

// invokedARN returns the function's ARN in an integration URI: a plain ARN, or
// arn:aws:apigateway:REGION:lambda:path/2015-03-31/functions/ARN/invocations.
func invokedARN(uri string) string {
	_, path, found := strings.Cut(uri, ":lambda:path/2015-03-31/functions/")
	if !found {
		return uri
	}
	return strings.TrimSuffix(path, "/invocations")
}

// invoked finds the function of an ARN; one that is not built from this repository is a problem.
func (b *builder) invoked(p *properties, arn string) string {
	for _, f := range b.stack.Functions {
		if f.ARN == unqualified(arn) {
			return f.LogicalID
		}
	}
	if arn != "" {
		p.problem("IntegrationUri", ErrNotServed, "%s is no function of this template with Metadata %q", arn, PackageMetadata)
	}
	return ""
}

// readPermissions collects what API Gateway may invoke. A permission covers exactly the function,
// alias or version that it names: one for the function does not cover its alias.
// https://docs.aws.amazon.com/lambda/latest/dg/access-control-resource-based.html
func (b *builder) readPermissions() {
	b.permissions = map[string][]string{}
	b.each("AWS::Lambda::Permission", func(_ string, p *properties) {
		if p.text("Principal", "") != "apigateway.amazonaws.com" {
			return
		}
		action := p.text("Action", "")
		if action != "lambda:InvokeFunction" && action != "lambda:*" {
			return
		}
		if account := p.text("SourceAccount", b.resolver.env.account); account != b.resolver.env.account {
			return
		}
		function := p.required("FunctionName")
		if !strings.HasPrefix(function, "arn:") {
			function = b.resolver.arn("lambda", "function:"+function)
		}
		b.permissions[function] = append(b.permissions[function], p.text("SourceArn", "*"))
	})
}
