package template

import (
	"slices"
	"strings"
)

const apiPrefix = "AWS::ApiGatewayV2::"

func (b *builder) readAPIs() {
	b.readPermissions()
	b.each(apiPrefix+"Api", func(id string, p *properties) {
		b.stack.APIs = append(b.stack.APIs, b.api(id, p))
	})
	authorizers, integrations := b.readAuthorizers(), b.readIntegrations()
	b.each(apiPrefix+"Route", func(id string, p *properties) {
		route := b.route(id, p, authorizers, integrations)
		if api := b.owner(p); api != nil {
			api.Routes = append(api.Routes, route)
		}
	})
	b.each(apiPrefix+"Stage", func(id string, p *properties) {
		stage := b.stage(id, p)
		if api := b.owner(p); api != nil {
			api.Stages = append(api.Stages, stage)
		}
	})
	for i := range b.stack.APIs {
		b.checkQuotas(&b.stack.APIs[i])
	}
}

// owner finds the API that a resource belongs to.
func (b *builder) owner(p *properties) *API {
	id := p.required("ApiId")
	for i := range b.stack.APIs {
		if b.stack.APIs[i].ID == id {
			return &b.stack.APIs[i]
		}
	}
	if id != "" {
		p.problem("ApiId", ErrInvalid, "there is no API %q in this template", id)
	}
	return nil
}

func (b *builder) api(id string, p *properties) API {
	api := API{
		LogicalID: id, ID: b.reference(id, "Ref"), Name: p.required("Name"), Account: b.resolver.env.account,
		DisableExecuteAPIEndpoint: p.flag("DisableExecuteApiEndpoint"),
	}
	api.ARN = b.resolver.arn("execute-api", api.ID)
	if protocol := p.required("ProtocolType"); protocol != "HTTP" && protocol != "" {
		p.problem("ProtocolType", ErrNotServed, "only HTTP APIs are served, not %q", protocol)
	}
	const usual = "$request.method $request.path"
	if selection := strings.NewReplacer("{", "", "}", "").Replace(p.text("RouteSelectionExpression", usual)); selection != usual {
		p.problem("RouteSelectionExpression", ErrNotServed, "routes of HTTP APIs are selected by %s", usual)
	}
	if section := p.object("CorsConfiguration"); section != nil {
		api.CORS = readCORS(section)
	}
	p.ignored("Description", "IpAddressType", "Tags", "Version")
	p.done()
	return api
}

func readCORS(p *properties) *CORS {
	const longestAge = 86400
	cors := &CORS{
		AllowOrigins: p.texts("AllowOrigins"), AllowMethods: p.texts("AllowMethods"),
		AllowHeaders: p.texts("AllowHeaders"), ExposeHeaders: p.texts("ExposeHeaders"),
		AllowCredentials: p.flag("AllowCredentials"), MaxAge: p.integer("MaxAge", -1, longestAge),
	}
	if cors.AllowCredentials && slices.Contains(cors.AllowOrigins, "*") {
		p.problem("AllowCredentials", ErrInvalid, "credentials are not supported when the allowed origin is *")
	}
	p.done()
	return cors
}

// checkQuotas applies the fixed quotas of HTTP APIs.
// https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-quotas.html
func (b *builder) checkQuotas(api *API) {
	const mostRoutes, mostStages, mostAuthorizers = 300, 10, 10
	authorizers := map[string]bool{}
	for _, route := range api.Routes {
		if route.Authorizer != nil {
			authorizers[route.Authorizer.LogicalID] = true
		}
	}
	for _, quota := range []struct {
		name      string
		has, most int
	}{
		{"routes", len(api.Routes), mostRoutes}, {"stages", len(api.Stages), mostStages}, {"authorizers", len(authorizers), mostAuthorizers},
	} {
		if quota.has > quota.most {
			b.problem(api.LogicalID, ErrInvalid, "it has %d %s, more than %d", quota.has, quota.name, quota.most)
		}
	}
	b.checkStages(api)
}

func (b *builder) checkStages(api *API) {
	names := map[string]bool{}
	for _, stage := range api.Stages {
		if names[stage.Name] {
			b.problem(stage.LogicalID, ErrInvalid, "stage %q exists twice", stage.Name)
		}
		names[stage.Name] = true
		for key := range stage.RouteThrottle {
			if !slices.ContainsFunc(api.Routes, func(r Route) bool { return r.Key == key }) {
				b.problem(stage.LogicalID+" RouteSettings", ErrInvalid, "there is no route %q", key)
			}
		}
	}
}

func (b *builder) readAuthorizers() map[string]*Authorizer {
	authorizers := map[string]*Authorizer{}
	b.each(apiPrefix+"Authorizer", func(id string, p *properties) {
		authorizers[id] = b.authorizer(id, p)
	})
	return authorizers
}

func (b *builder) authorizer(id string, p *properties) *Authorizer {
	p.ignored("ApiId")
	a := &Authorizer{LogicalID: id, Name: p.required("Name")}
	if kind := p.required("AuthorizerType"); kind != "JWT" {
		p.problem("AuthorizerType", ErrNotServed, "only JWT authorizers are served, not %q", kind)
		return a
	}
	sources := p.texts("IdentitySource")
	if len(sources) != 1 || !isIdentitySource(sources[0]) {
		p.problem("IdentitySource", ErrInvalid, "one $request.header.NAME or $request.querystring.NAME was expected")
	} else {
		a.IdentitySource = sources[0]
	}
	if section := p.object("JwtConfiguration"); section != nil {
		a.Issuer = section.required("Issuer")
		a.Audiences = section.texts("Audience")
		section.done()
	}
	const mostAudiences = 50
	if len(a.Audiences) == 0 || len(a.Audiences) > mostAudiences || slices.Contains(a.Audiences, "") {
		p.problem("JwtConfiguration.Audience", ErrInvalid, "1 to %d audiences were expected", mostAudiences)
	}
	p.done()
	return a
}

func isIdentitySource(source string) bool {
	for _, prefix := range []string{"$request.header.", "$request.querystring."} {
		if name, ok := strings.CutPrefix(source, prefix); ok && name != "" {
			return true
		}
	}
	return false
}
