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
)

// federationID names the optional stack of -c federation=oidc|saml.
const federationID = "SecuredPetsFederation"

// A federated role is what a signed-in person assumes in AWS, and the one method of the API it opens.
type federatedRole struct {
	id       string
	name     string
	subjects []string // the provider's subjects it is for
	route    Route
}

// newFederation declares what identity delegation of AWS credentials gave the tutorials, with what AWS
// offers today: two roles that a token of the provider may assume, each for exactly one method of a second
// API, and a bucket where each person has a folder. A route has one kind of authorization, hence the second
// API; and its functions are started a second time with IAM_AUTHORIZED=true, so that those of the first API
// never take IAM's word.
//
// The issuer is part of the names of condition keys, which CloudFormation cannot compute: here it is a
// text, not a parameter.
func newFederation(app awscdk.App, config Config, table awsdynamodb.Table) awscdk.Stack {
	stack := newEmptyStack(app, config, federationID, "Secured Pets: roles in AWS for people of the provider")
	roles := config.federatedRoles()
	functions := map[string]awslambda.IFunction{}
	for _, f := range Functions() {
		for _, r := range roles {
			if r.route.Function == f.ID {
				environment := environmentOf(f, config, literalIdentity(config), table)
				environment["IAM_AUTHORIZED"] = jsii.String("true")
				functions[f.ID] = newFunction(stack, config, f, table, environment)
			}
		}
	}
	api := newSignedAPI(stack, config, roles, functions)
	trust := newTrust(stack, config)
	bucket := newUserBucket(stack, config)
	for _, r := range roles {
		role := newFederatedRole(stack, config, trust, r, api)
		trust.letIn(bucket, role)
		output(stack, r.id+"Arn", "Role for "+r.route.Key(), role.RoleArn())
	}
	output(stack, "SignedApiUrl", "Address of the API for signed requests", jsii.String(*addressOf(api)+"/"))
	output(stack, "UserBucket", "Where each person has a folder", bucket.BucketName())
	suppress(stack, federationSuppressions(config))
	return stack
}

// federatedRoles: a user of the database connection is an administrator, one of a social connection a
// buyer; the prefix of the subject tells which.
func (c Config) federatedRoles() []federatedRole {
	var social []string
	for _, connection := range c.Social {
		social = append(social, connection+"|*")
	}
	var update, purchase Route
	for _, r := range Routes() {
		switch r.Function {
		case "UpdatePetInfo":
			update = r
		case "PetPurchase":
			purchase = r
		}
	}
	return []federatedRole{
		{"Auth0ApiRole", "auth0-api-role", []string{"auth0|*"}, update},
		{"Auth0ApiSocialRole", "auth0-api-social-role", social, purchase},
	}
}

// newFederatedRole allows one method of one path and nothing else.
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

// newSignedAPI is the second API: the roles' methods, for requests signed with their credentials.
func newSignedAPI(scope constructs.Construct, config Config, roles []federatedRole, functions map[string]awslambda.IFunction) awsapigatewayv2.HttpApi {
	api := awsapigatewayv2.NewHttpApi(scope, jsii.String("SignedApi"), &awsapigatewayv2.HttpApiProps{
		ApiName:            jsii.String("SecuredPets-signed-" + config.Name),
		CreateDefaultStage: jsii.Bool(false),
		CorsPreflight:      cors(jsii.Strings(config.AllowedOrigins...)),
	})
	stage := newStage(scope, config, api)
	signed := awsapigatewayv2authorizers.NewHttpIamAuthorizer()
	for _, r := range roles {
		route := r.route
		route.Scopes = nil // IAM decides, not a scope
		for _, declared := range *newRoute(api, route, functions[route.Function], signed) {
			stage.Node().AddDependency(declared)
		}
	}
	return api
}

// newUserBucket is private; what may be done in it stands in its policy, which trust.letIn writes.
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
		roles = append(roles, r.route.Function+"Role/Resource")
		functions = append(functions, r.route.Function+"/Resource")
	}
	return functionSuppressions(roles, functions)
}
