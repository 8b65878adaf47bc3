package cdk_rules.issuer

import rego.v1

# A token's iss is compared with the issuer exactly; Auth0's ends with a slash.
violation contains v if {
	some name in resources_of_type("AWS::ApiGatewayV2::Authorizer")
	issuer := resolve(name, "Properties.JwtConfiguration.Issuer")
	is_string(issuer)
	endswith(issuer, ".auth0.com")
	v := make_diag_at("SecuredPets-008", "ERROR", name, "Properties.JwtConfiguration.Issuer", "Issuers of Auth0 end with a slash: without it every token is refused")
}

violation contains v if {
	some name in resources_of_type("AWS::ApiGatewayV2::Authorizer")
	issuer := resolve(name, "Properties.JwtConfiguration.Issuer")
	is_string(issuer)
	not startswith(issuer, "https://")
	v := make_diag_at("SecuredPets-009", "ERROR", name, "Properties.JwtConfiguration.Issuer", "The issuer must be https: its keys are fetched from there")
}
