package main

import (
	"regexp"

	"github.com/aws/aws-cdk-go/awscdk/v2"
	"github.com/aws/aws-cdk-go/awscdk/v2/awsapigateway"
	"github.com/aws/aws-cdk-go/awscdk/v2/awsapigatewayv2"
	"github.com/aws/aws-cdk-go/awscdk/v2/awslogs"
	"github.com/aws/constructs-go/constructs/v10"
	"github.com/aws/jsii-runtime-go"

	"example.com/securedpets/functions/contract"
)

// restID names the optional stack of -c lambdaAuthorizer=true.
const restID = "SecuredPetsRest"

// newRest declares a REST API in front of the HTTP API, to show the project's Lambda
// authorizer. API Gateway's own JWT authorizer for REST APIs, new in 2026, is the
// better choice where its rules suffice: see pkg/authorizer/WHERE-TO-VERIFY.md. The
// authorizer verifies the token; the HTTP API, which gets the request with its token,
// checks the scope of the route.
func newRest(app awscdk.App, config Config, behind awsapigatewayv2.HttpApi) awscdk.Stack {
	stack := newEmptyStack(app, config, restID, "Secured Pets: a REST API with the project's own authorizer")
	f := contract.Authorizer
	authorizer := awsapigateway.NewRequestAuthorizer(stack, jsii.String("Tokens"), &awsapigateway.RequestAuthorizerProps{
		Handler: newFunction(stack, config, f, nil, environmentOf(f, config, literalSettings(config), nil)),
		// A cached response would apply to the other routes too.
		ResultsCacheTtl: awscdk.Duration_Seconds(jsii.Number(0)),
		IdentitySources: &[]*string{awsapigateway.IdentitySource_Header(jsii.String("Authorization"))},
	})
	api := newRestAPI(stack, config)
	for _, route := range contract.Routes() {
		if route.Public() {
			continue
		}
		declared, passed := pathParameters(route.Path)
		api.Root().ResourceForPath(&route.Path).AddMethod(&route.Method,
			awsapigateway.NewHttpIntegration(jsii.String(*addressOf(behind)+route.Path), &awsapigateway.HttpIntegrationProps{
				HttpMethod: &route.Method,
				Proxy:      jsii.Bool(true),
				Options:    &awsapigateway.IntegrationOptions{RequestParameters: &passed},
			}),
			&awsapigateway.MethodOptions{
				Authorizer: authorizer, AuthorizationType: awsapigateway.AuthorizationType_CUSTOM,
				RequestParameters: &declared,
			})
	}
	output(stack, "RestApiUrl", "Address of the REST API", api.Url())
	suppress(stack, restSuppressions(config))
	return stack
}

// pathParameters returns the {name} segments of a path as a REST API's method declares
// them, and as its integration passes them on. An HTTP API needs neither.
func pathParameters(path string) (declared map[string]*bool, passed map[string]*string) {
	declared, passed = map[string]*bool{}, map[string]*string{}
	for _, match := range pathParameter.FindAllStringSubmatch(path, -1) {
		declared["method.request.path."+match[1]] = jsii.Bool(true)
		passed["integration.request.path."+match[1]] = jsii.String("method.request.path." + match[1])
	}
	return declared, passed
}

var pathParameter = regexp.MustCompile(`\{(\w+)\+?\}`)

func newRestAPI(scope constructs.Construct, config Config) awsapigateway.RestApi {
	logs := awslogs.NewLogGroup(scope, jsii.String("RestAccessLogs"), &awslogs.LogGroupProps{
		Retention: config.LogRetention, RemovalPolicy: config.removalPolicy(),
	})
	return awsapigateway.NewRestApi(scope, jsii.String("RestApi"), &awsapigateway.RestApiProps{
		RestApiName:   jsii.String("SecuredPets-rest-" + config.Name),
		EndpointTypes: &[]awsapigateway.EndpointType{awsapigateway.EndpointType_REGIONAL},
		// REST APIs log with a role that is set once for the account.
		CloudWatchRole:              jsii.Bool(true),
		CloudWatchRoleRemovalPolicy: config.removalPolicy(),
		DeployOptions: &awsapigateway.StageOptions{
			StageName:            &config.Name,
			TracingEnabled:       jsii.Bool(true),
			LoggingLevel:         awsapigateway.MethodLoggingLevel_ERROR,
			AccessLogDestination: awsapigateway.NewLogGroupLogDestination(logs),
			AccessLogFormat: awsapigateway.AccessLogFormat_Custom(jsii.String(`{"requestId":"$context.requestId","route":"$context.httpMethod $context.resourcePath",` +
				`"status":"$context.status","latencyMs":"$context.responseLatency","authorizerError":"$context.authorizer.error"}`)),
			ThrottlingRateLimit:  jsii.Number(stageThrottle.Rate),
			ThrottlingBurstLimit: jsii.Number(stageThrottle.Burst),
		},
	})
}

func restSuppressions(config Config) []suppression {
	var methods []string
	for _, route := range contract.Routes() {
		if !route.Public() {
			methods = append(methods, "RestApi/Default"+route.Path+"/"+route.Method+"/Resource")
		}
	}
	return append(functionSuppressions([]string{contract.Authorizer.ID + "Role/Resource"}, []string{contract.Authorizer.ID + "/Resource"}), []suppression{
		{"AwsSolutions-COG4", "", methods, "The project's own authorizer decides, for any OpenID Connect provider"},
		{"AwsSolutions-APIG2", "", []string{"RestApi/Resource"}, "The functions behind it check every body more strictly than a schema can"},
		{"AwsSolutions-APIG3", "", []string{"RestApi/DeploymentStage." + config.Name + "/Resource"}, "Throttled, and every request needs a token: a firewall is left to the account"},
		{
			"AwsSolutions-IAM4", "Policy::arn:<AWS::Partition>:iam::aws:policy/service-role/AmazonAPIGatewayPushToCloudWatchLogs",
			[]string{"RestApi/CloudWatchRole/Resource"},
			"The one policy with which REST APIs write their logs; the account has one such role",
		},
	}...)
}
