package main

import (
	"strings"

	"github.com/aws/aws-cdk-go/awscdk/v2"
	"github.com/aws/constructs-go/constructs/v10"
	"github.com/aws/jsii-runtime-go"
)

// parameters are what one deployment has and another has not: who issues the tokens and which page may
// call. As CloudFormation parameters they leave the template the same everywhere, on the laptop too.
//
// Beware: a deployed stack keeps the value of a parameter that a deployment does not name, whatever the
// new template's default is. A changed `-c issuer=` alone would have no effect. So a deployment names all
// four with --parameters, or starts over with --no-previous-parameters; `make deploy` does the first.
type parameters struct {
	issuer, audience, clientID, allowedOrigins awscdk.CfnParameter
}

// identity is what functions are told about the provider: parameters of the stack, or texts.
type identity struct{ issuer, audience, clientID *string }

func (p parameters) identity() identity {
	return identity{
		issuer:   p.issuer.ValueAsString(),
		audience: awscdk.Fn_Join(jsii.String(" "), p.audience.ValueAsList()),
		clientID: p.clientID.ValueAsString(),
	}
}

// literalIdentity is the identity as the context has it, for the optional stacks.
func literalIdentity(config Config) identity {
	return identity{&config.Issuer, jsii.String(strings.Join(config.Audience, " ")), &config.ClientID}
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
		issuer:         text("Issuer", "Issuer of the tokens, exactly as in their iss; Auth0's ends with a slash", issuer, config.Issuer),
		audience:       texts("Audience", "Identifiers of this API at the provider; the first one names the e-mail claim", `^\S+$`, config.Audience),
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
