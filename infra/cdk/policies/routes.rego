package cdk_rules.routes

import rego.v1

# Which routes are public is said once, in routes.go; the Go program appends it as public_routes.

# A route that is not public has an authorizer.
violation contains v if {
	some name in resources_of_type("AWS::ApiGatewayV2::Route")
	route := input.resources[name].properties
	not route.RouteKey in public_routes
	object.get(route, "AuthorizationType", "NONE") == "NONE"
	v := make_diag_at("SecuredPets-001", "ERROR", name, "Properties.AuthorizationType", sprintf("%v is open to anyone and not on the list of public routes", [route.RouteKey]))
}

# A token alone opens nothing: an ID token of the page would do. A scope does.
violation contains v if {
	some name in resources_of_type("AWS::ApiGatewayV2::Route")
	route := input.resources[name].properties
	route.AuthorizationType == "JWT"
	count(object.get(route, "AuthorizationScopes", [])) == 0
	v := make_diag_at("SecuredPets-002", "ERROR", name, "Properties.AuthorizationScopes", sprintf("%v asks for a token but for no scope", [route.RouteKey]))
}

# A browser sends its preflight without a token. A route that takes every method takes it too, before API
# Gateway's own CORS answer, and behind an authorizer it ends as 401.
violation contains v if {
	some name in resources_of_type("AWS::ApiGatewayV2::Route")
	key := input.resources[name].properties.RouteKey
	takes_every_method(key)
	v := make_diag_at("SecuredPets-003", "ERROR", name, "Properties.RouteKey", sprintf("%v swallows the preflight of browsers: name the methods", [key]))
}

takes_every_method(key) if key == "$default"

takes_every_method(key) if startswith(key, "ANY ")

# A function may be started by the path that was given it, not by any API that knows its name.
violation contains v if {
	some name in resources_of_type("AWS::Lambda::Permission")
	permission := input.resources[name].properties
	not permission.SourceArn
	v := make_diag_at("SecuredPets-004", "ERROR", name, "Properties.SourceArn", "Permission to call a function names no source")
}
