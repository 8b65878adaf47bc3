package cdk_rules.cors

import rego.v1

# Browsers refuse it, and API Gateway does too, in the middle of a deployment.
# https://fetch.spec.whatwg.org/#cors-protocol-and-credentials
violation contains v if {
	some name in resources_of_type("AWS::ApiGatewayV2::Api")
	coerce_to_bool(resolve(name, "Properties.CorsConfiguration.AllowCredentials")) == true
	"*" in listed(name, "AllowOrigins")
	v := make_diag_at("SecuredPets-010", "ERROR", name, "Properties.CorsConfiguration.AllowCredentials", "Credentials with every origin are refused by API Gateway: name the origins, or turn credentials off")
}

# In the Fetch standard, `*` does not cover Authorization: a page that sends a token
# fails at the preflight.
# https://fetch.spec.whatwg.org/#cors-non-wildcard-request-header-name
violation contains v if {
	some name in resources_of_type("AWS::ApiGatewayV2::Api")
	headers := {lower(header) | some header in listed(name, "AllowHeaders")}
	"*" in headers
	not "authorization" in headers
	some route in resources_of_type("AWS::ApiGatewayV2::Route")
	resolve(route, "Properties.ApiId") == name
	wants_authorization(route)
	v := make_diag_at("SecuredPets-011", "WARN", name, "Properties.CorsConfiguration.AllowHeaders", "`*` does not cover Authorization, which routes of this API need: list it as well")
}

listed(name, property) := resolve(name, sprintf("Properties.CorsConfiguration.%s", [property]))

# Signatures travel in Authorization, and so do tokens, unless the authorizer has
# another source.
wants_authorization(route) if {
	object.get(input.resources[route].properties, "AuthorizationType", "NONE") != "NONE"
	not has_other_source(route)
}

has_other_source(route) if {
	authorizer := input.resources[resolve(route, "Properties.AuthorizerId")]
	every source in authorizer.properties.IdentitySource {
		lower(source) != "$request.header.authorization"
	}
}
