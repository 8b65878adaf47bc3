package main

import (
	"fmt"

	"github.com/aws/aws-cdk-go/awscdk/v2"
	"github.com/aws/aws-cdk-go/awscdk/v2/awsapigatewayv2"
	"github.com/aws/aws-cdk-go/awscdk/v2/awsapigatewayv2authorizers"
	"github.com/aws/aws-cdk-go/awscdk/v2/awsdynamodb"
	"github.com/aws/aws-cdk-go/awscdk/v2/awsiam"
	"github.com/aws/aws-cdk-go/awscdk/v2/awslambda"
	"github.com/aws/aws-cdk-go/awscdk/v2/awss3"
	"github.com/aws/constructs-go/constructs/v10"
	"github.com/aws/jsii-runtime-go"

	"example.com/securedpets/functions/contract"
)

// federationID names the optional stack of -c federation=oidc|saml.
const federationID = "SecuredPetsFederation"

// A federatedRole is assumed by signed-in users in AWS, and allows one route of the
// API.
type federatedRole struct {
	id       string
	name     string
	subjects []string // of the identity provider, who may assume it
	route    contract.Route
}

// newFederation declares the tutorials' delegation of AWS credentials with today's
// means: two roles that a token of the identity provider may assume, each for
// exactly one route of a second API, and a bucket where each user has a folder.
//
// A route has one kind of authorization, hence the second API. Its functions are
// declared a second time with IAM_AUTHORIZED=true: those of the first API refuse
// requests that IAM authorized.
//
// The issuer is part of the names of condition keys, which CloudFormation cannot
// compute: here it is a literal, not a parameter.
func newFederation(app awscdk.App, config Config, table awsdynamodb.Table) awscdk.Stack {
	stack := newEmptyStack(app, config, federationID, "Secured Pets: roles in AWS for users of the identity provider")
	roles := config.federatedRoles()
	functions := map[string]awslambda.IFunction{}
	for _, r := range roles {
		f := r.route.Function
		environment := environmentOf(f, config, literalSettings(config), table)
		environment[contract.SettingIAMAuthorized] = jsii.String("true")
		functions[f.ID] = newFunction(stack, config, f, table, environment)
	}
	api := newSignedAPI(stack, config, roles, functions)
	trust := newTrust(stack, config)
	bucket := newUserBucket(stack, config)
	for _, r := range roles {
		role := newFederatedRole(stack, config, trust, r, api)
		trust.allowFolder(bucket, role)
		output(stack, r.id+"Arn", "Role for "+r.route.Key(), role.RoleArn())
	}
	output(stack, "SignedApiUrl", "Address of the API for signed requests", jsii.String(*addressOf(api)+"/"))
	output(stack, "UserBucket", "Bucket where each user has a folder", bucket.BucketName())
	suppress(stack, federationSuppressions(config))
	return stack
}

// federatedRoles returns the roles. A user of the database connection is an
// administrator, a user of a social connection is a buyer; the subject's prefix is
// the connection.
func (c Config) federatedRoles() []federatedRole {
	var social []string
	for _, connection := range c.Social {
		social = append(social, connection+"|*")
	}
	return []federatedRole{
		{"Auth0ApiRole", "auth0-api-role", []string{"auth0|*"}, contract.UpdatePets},
		{"Auth0ApiSocialRole", "auth0-api-social-role", social, contract.PurchasePet},
	}
}

// newFederatedRole allows one method of one path, and nothing else.
func newFederatedRole(scope constructs.Construct, config Config, trust trust, r federatedRole, api awsapigatewayv2.HttpApi) awsiam.Role {
	invoke := awscdk.Stack_Of(scope).FormatArn(&awscdk.ArnComponents{
		Service:      jsii.String("execute-api"),
		Resource:     api.ApiId(),
		ResourceName: jsii.String(fmt.Sprintf("$default/%s%s", r.route.Method, r.route.Path)),
	})
	return awsiam.NewRole(scope, &r.id, &awsiam.RoleProps{
		RoleName:           jsii.String(r.name + "-" + config.Name),
		Description:        jsii.String("Secured Pets: " + r.route.Key()),
		AssumedBy:          trust.principal(r.subjects),
		MaxSessionDuration: awscdk.Duration_Hours(jsii.Number(1)),
		InlinePolicies: &map[string]awsiam.PolicyDocument{
			"Invoke": allow([]string{"execute-api:Invoke"}, invoke),
		},
	})
}

// newSignedAPI declares the second API: the roles' routes, for requests signed with
// their credentials.
func newSignedAPI(scope constructs.Construct, config Config, roles []federatedRole, functions map[string]awslambda.IFunction) awsapigatewayv2.HttpApi {
	api := awsapigatewayv2.NewHttpApi(scope, jsii.String("SignedApi"), &awsapigatewayv2.HttpApiProps{
		ApiName:            jsii.String("SecuredPets-signed-" + config.Name),
		CreateDefaultStage: jsii.Bool(false),
		CorsPreflight:      cors(jsii.Strings(config.AllowedOrigins...)),
	})
	var routes []contract.Route
	for _, r := range roles {
		r.route.Scopes = nil // IAM decides, not a scope
		routes = append(routes, r.route)
	}
	stage := newStage(scope, config, api, routes)
	signed := awsapigatewayv2authorizers.NewHttpIamAuthorizer()
	for _, route := range routes {
		for _, declared := range *newRoute(api, route, functions[route.Function.ID], signed) {
			stage.Node().AddDependency(declared)
		}
	}
	return api
}

// newUserBucket declares the private bucket of the users' folders;
// trust.allowFolder opens them.
func newUserBucket(scope constructs.Construct, config Config) awss3.Bucket {
	logs := newBucket(scope, "UserLogs", config, &awss3.BucketProps{
		LifecycleRules: &[]*awss3.LifecycleRule{{Expiration: awscdk.Duration_Days(jsii.Number(config.PageLogDays))}},
	})
	return newBucket(scope, "Users", config, &awss3.BucketProps{
		Versioned:              &config.Production,
		ServerAccessLogsBucket: logs,
		ServerAccessLogsPrefix: jsii.String("users/"),
	})
}

func federationSuppressions(config Config) []suppression {
	var roles, functions []string
	for _, r := range config.federatedRoles() {
		roles = append(roles, r.route.Function.ID+"Role/Resource")
		functions = append(functions, r.route.Function.ID+"/Resource")
	}
	return functionSuppressions(roles, functions)
}
