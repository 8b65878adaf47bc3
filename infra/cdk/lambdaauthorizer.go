package main

import (
	"github.com/aws/aws-cdk-go/awscdk/v2"
	"github.com/aws/aws-cdk-go/awscdk/v2/awsapigateway"
	"github.com/aws/aws-cdk-go/awscdk/v2/awsapigatewayv2"
	"github.com/aws/aws-cdk-go/awscdk/v2/awslogs"
	"github.com/aws/constructs-go/constructs/v10"
	"github.com/aws/jsii-runtime-go"
)

// restID names the optional stack of -c lambdaAuthorizer=true.
const restID = "SecuredPetsRest"

// authorizerFunction is the project's authorizer library as a Lambda function.
func authorizerFunction() Function {
	return Function{ID: "Authorizer", Program: "authorizer", Memory: 256, Verifies: true}
}

// newRest declares a REST API in front of the HTTP API, to show the project's authorizer where API Gateway
// has none for JWT: it decides who comes in, and the HTTP API, to which the request is passed on with its
// token, checks the scope of the route.
func newRest(app awscdk.App, config Config, behind awsapigatewayv2.HttpApi) awscdk.Stack {
	stack := newEmptyStack(app, config, restID, "Secured Pets: a REST API with the project's own authorizer")
	f := authorizerFunction()
	authorizer := awsapigateway.NewRequestAuthorizer(stack, jsii.String("Tokens"), &awsapigateway.RequestAuthorizerProps{
		Handler: newFunction(stack, config, f, nil, environmentOf(f, config, literalIdentity(config), nil)),
		// A cached answer would open, or close, the other routes to the same token too.
		ResultsCacheTtl: awscdk.Duration_Seconds(jsii.Number(0)),
		IdentitySources: &[]*string{awsapigateway.IdentitySource_Header(jsii.String("Authorization"))},
	})
	api := newRestAPI(stack, config)
	for _, route := range Routes() {
		if route.Public() {
			continue
		}
		api.Root().ResourceForPath(&route.Path).AddMethod(&route.Method,
			awsapigateway.NewHttpIntegration(jsii.String(*addressOf(behind)+route.Path), &awsapigateway.HttpIntegrationProps{
				HttpMethod: &route.Method,
				Proxy:      jsii.Bool(true),
			}),
			&awsapigateway.MethodOptions{Authorizer: authorizer, AuthorizationType: awsapigateway.AuthorizationType_CUSTOM})
	}
	output(stack, "RestApiUrl", "Address of the REST API", api.Url())
	suppress(stack, restSuppressions(config, f))
	return stack
}

func newRestAPI(scope constructs.Construct, config Config) awsapigateway.RestApi {
	logs := awslogs.NewLogGroup(scope, jsii.String("RestAccessLogs"), &awslogs.LogGroupProps{
		Retention: config.LogRetention, RemovalPolicy: config.removalPolicy(),
	})
	return awsapigateway.NewRestApi(scope, jsii.String("RestApi"), &awsapigateway.RestApiProps{
		RestApiName:   jsii.String("SecuredPets-rest-" + config.Name),
		EndpointTypes: &[]awsapigateway.EndpointType{awsapigateway.EndpointType_REGIONAL},
		// REST APIs log under a role that is set once for the account.
		CloudWatchRole:              jsii.Bool(true),
		CloudWatchRoleRemovalPolicy: config.removalPolicy(),
		DeployOptions: &awsapigateway.StageOptions{
			StageName:            &config.Name,
			TracingEnabled:       jsii.Bool(true),
			LoggingLevel:         awsapigateway.MethodLoggingLevel_ERROR,
			AccessLogDestination: awsapigateway.NewLogGroupLogDestination(logs),
			AccessLogFormat: awsapigateway.AccessLogFormat_Custom(jsii.String(`{"requestId":"$context.requestId","route":"$context.httpMethod $context.resourcePath",` +
				`"status":"$context.status","latencyMs":"$context.responseLatency","authorizerError":"$context.authorizer.error"}`)),
			ThrottlingRateLimit:  jsii.Number(rate),
			ThrottlingBurstLimit: jsii.Number(burst),
		},
	})
}

func restSuppressions(config Config, f Function) []suppression {
	var methods []string
	for _, route := range Routes() {
		if !route.Public() {
			methods = append(methods, "RestApi/Default"+route.Path+"/"+route.Method+"/Resource")
		}
	}
	return append(functionSuppressions([]string{f.ID + "Role/Resource"}, []string{f.ID + "/Resource"}), []suppression{
		{"AwsSolutions-COG4", "", methods, "The project's own authorizer decides, for any OpenID Connect provider"},
		{"AwsSolutions-APIG2", "", []string{"RestApi/Resource"}, "The functions behind it check every body more strictly than a schema can"},
		{"AwsSolutions-APIG3", "", []string{"RestApi/DeploymentStage." + config.Name + "/Resource"}, "Throttled, and every request needs a token: a firewall is the account's choice"},
		{
			"AwsSolutions-IAM4", "Policy::arn:<AWS::Partition>:iam::aws:policy/service-role/AmazonAPIGatewayPushToCloudWatchLogs",
			[]string{"RestApi/CloudWatchRole/Resource"},
			"The one policy with which REST APIs write their logs; the account has one such role",
		},
	}...)
}
