package main

import (
	"strings"

	"github.com/aws/aws-cdk-go/awscdk/v2"
	"github.com/aws/constructs-go/constructs/v10"
	"github.com/aws/jsii-runtime-go"
)

// parameters are the values in which deployments differ: the issuer of the tokens
// and the pages that may call. With CloudFormation parameters, the template is the
// same everywhere, on the laptop too.
//
// A deployed stack keeps the value of a parameter that a deployment does not name,
// whatever the new template's default is: a changed `-c issuer=` alone has no
// effect. `make deploy` names all four with --parameters; the alternative is
// --no-previous-parameters.
type parameters struct {
	issuer, audience, clientID, allowedOrigins awscdk.CfnParameter
}

// oidcSettings are the functions' settings for OpenID Connect: parameters of the
// stack, or literals.
type oidcSettings struct{ issuer, audience, clientID *string }

func (p parameters) oidcSettings() oidcSettings {
	return oidcSettings{
		issuer:   p.issuer.ValueAsString(),
		audience: awscdk.Fn_Join(jsii.String(" "), p.audience.ValueAsList()),
		clientID: p.clientID.ValueAsString(),
	}
}

// literalSettings returns the values of the context, for the optional stacks.
func literalSettings(config Config) oidcSettings {
	return oidcSettings{&config.Issuer, jsii.String(strings.Join(config.Audience, " ")), &config.ClientID}
}

func newParameters(scope constructs.Construct, config Config) parameters {
	issuer, origin := `^https?://[^\s?#]+$`, `^(\*|https?://[^\s/]+)$`
	if config.Production {
		issuer, origin = `^https://[^\s?#]+$`, `^https://[^\s/*]+$`
	}
	text := func(id, description, pattern, value string) awscdk.CfnParameter {
		return newParameter(scope, id, "String", description, pattern, value)
	}
	texts := func(id, description, pattern string, values []string) awscdk.CfnParameter {
		return newParameter(scope, id, "CommaDelimitedList", description, pattern, strings.Join(values, ","))
	}
	return parameters{
		issuer:         text("Issuer", "Issuer of the tokens, exactly their iss; Auth0's ends with a slash", issuer, config.Issuer),
		audience:       texts("Audience", "Identifiers of this API at the issuer; the first one names the e-mail claim", `^\S+$`, config.Audience),
		clientID:       text("ClientId", "Client id of the page, the audience of its ID tokens", `^\S+$`, config.ClientID),
		allowedOrigins: texts("AllowedOrigins", "Origins whose pages may call the API", origin, config.AllowedOrigins),
	}
}

func newParameter(scope constructs.Construct, id, kind, description, pattern, value string) awscdk.CfnParameter {
	return awscdk.NewCfnParameter(scope, &id, &awscdk.CfnParameterProps{
		Type:           &kind,
		Description:    &description,
		AllowedPattern: &pattern,
		Default:        jsii.String(value),
	})
}
