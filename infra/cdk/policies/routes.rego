package cdk_rules.routes

import rego.v1

# public_routes is contract.PublicRoutes; rules.go appends it.

# A route that is not public has an authorizer.
violation contains v if {
	some name in resources_of_type("AWS::ApiGatewayV2::Route")
	route := input.resources[name].properties
	not route.RouteKey in public_routes
	object.get(route, "AuthorizationType", "NONE") == "NONE"
	v := make_diag_at("SecuredPets-001", "ERROR", name, "Properties.AuthorizationType", sprintf("%v is public and not in contract.PublicRoutes", [route.RouteKey]))
}

# A route needs a scope: without one, any token of the audience is enough.
violation contains v if {
	some name in resources_of_type("AWS::ApiGatewayV2::Route")
	route := input.resources[name].properties
	route.AuthorizationType == "JWT"
	count(object.get(route, "AuthorizationScopes", [])) == 0
	v := make_diag_at("SecuredPets-002", "ERROR", name, "Properties.AuthorizationScopes", sprintf("%v asks for a token but for no scope", [route.RouteKey]))
}

# A browser sends its preflight without a token. A route for every method takes it
# before API Gateway's own CORS response, and its authorizer responds 401.
violation contains v if {
	some name in resources_of_type("AWS::ApiGatewayV2::Route")
	key := input.resources[name].properties.RouteKey
	takes_every_method(key)
	v := make_diag_at("SecuredPets-003", "ERROR", name, "Properties.RouteKey", sprintf("%v also takes the preflight requests of browsers: name the methods", [key]))
}

takes_every_method(key) if key == "$default"

takes_every_method(key) if startswith(key, "ANY ")

# A permission names the path that may invoke the function. Otherwise any API may.
violation contains v if {
	some name in resources_of_type("AWS::Lambda::Permission")
	permission := input.resources[name].properties
	not permission.SourceArn
	v := make_diag_at("SecuredPets-004", "ERROR", name, "Properties.SourceArn", "Permission to invoke a function names no source")
}
