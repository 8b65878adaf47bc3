package main

import (
	"encoding/json"

	"github.com/aws/aws-cdk-go/awscdk/v2"
	"github.com/aws/aws-cdk-go/awscdk/v2/awsapigatewayv2"
	"github.com/aws/aws-cdk-go/awscdk/v2/awsapigatewayv2authorizers"
	"github.com/aws/aws-cdk-go/awscdk/v2/awsapigatewayv2integrations"
	"github.com/aws/aws-cdk-go/awscdk/v2/awslambda"
	"github.com/aws/aws-cdk-go/awscdk/v2/awslogs"
	"github.com/aws/constructs-go/constructs/v10"
	"github.com/aws/jsii-runtime-go"
)

// newAPI declares the HTTP API over the functions as they are to be called. API Gateway verifies each token
// before a function is started, and the function verifies it again: a route that is opened by mistake is
// still closed.
func newAPI(scope constructs.Construct, config Config, given parameters, called map[string]awslambda.IFunction) awsapigatewayv2.HttpApi {
	api := awsapigatewayv2.NewHttpApi(scope, jsii.String("Api"), &awsapigatewayv2.HttpApiProps{
		ApiName:            jsii.String("SecuredPets-" + config.Name),
		CreateDefaultStage: jsii.Bool(false),
		CorsPreflight:      cors(given.allowedOrigins.ValueAsList()),
	})
	tokens := awsapigatewayv2authorizers.NewHttpJwtAuthorizer(jsii.String("Tokens"), given.issuer.ValueAsString(),
		&awsapigatewayv2authorizers.HttpJwtAuthorizerProps{
			AuthorizerName: jsii.String("Tokens"),
			IdentitySource: jsii.Strings("$request.header.Authorization"),
			JwtAudience:    given.audience.ValueAsList(),
		})
	stage := newStage(scope, config, api)
	for _, route := range Routes() {
		var guard awsapigatewayv2.IHttpRouteAuthorizer = tokens
		if route.Public() {
			guard = awsapigatewayv2.NewHttpNoneAuthorizer()
		}
		for _, declared := range *newRoute(api, route, called[route.Function], guard) {
			// Settings of a route that does not exist yet fail the deployment of the stage.
			stage.Node().AddDependency(declared)
		}
	}
	return api
}

// addressOf is where the API is reached, without a slash at the end.
func addressOf(api awsapigatewayv2.HttpApi) *string {
	return awscdk.Fn_Join(jsii.String(""), &[]*string{
		jsii.String("https://"), api.ApiId(), jsii.String(".execute-api."),
		awscdk.Aws_REGION(), jsii.String("."), awscdk.Aws_URL_SUFFIX(),
	})
}

// newRoute binds one route. The scopes are set here and not as the API's default, which would put them on
// routes without an authorizer too. The permission that comes with it names the path: no other path, and no
// other API, can start the function.
func newRoute(api awsapigatewayv2.HttpApi, route Route, function awslambda.IFunction, authorizer awsapigatewayv2.IHttpRouteAuthorizer) *[]awsapigatewayv2.HttpRoute {
	options := &awsapigatewayv2.AddRoutesOptions{
		Path:       &route.Path,
		Authorizer: authorizer,
		Methods:    &[]awsapigatewayv2.HttpMethod{awsapigatewayv2.HttpMethod(route.Method)},
		Integration: awsapigatewayv2integrations.NewHttpLambdaIntegration(jsii.String(route.Function), function,
			&awsapigatewayv2integrations.HttpLambdaIntegrationProps{
				PayloadFormatVersion: awsapigatewayv2.PayloadFormatVersion_VERSION_2_0(),
				Timeout:              awscdk.Duration_Seconds(jsii.Number(functionTimeout + 2)),
			}),
	}
	if len(route.Scopes) > 0 {
		options.AuthorizationScopes = jsii.Strings(route.Scopes...)
	}
	return api.AddRoutes(options)
}

// cors covers what the page sends and reads. Credentials stay off: tokens travel in a header, no cookie
// is involved.
func cors(origins *[]*string) *awsapigatewayv2.CorsPreflightOptions {
	return &awsapigatewayv2.CorsPreflightOptions{
		AllowOrigins: origins,
		AllowMethods: &[]awsapigatewayv2.CorsHttpMethod{
			awsapigatewayv2.CorsHttpMethod_GET, awsapigatewayv2.CorsHttpMethod_POST, awsapigatewayv2.CorsHttpMethod_OPTIONS,
		},
		AllowHeaders: jsii.Strings("authorization", "content-type", "idempotency-key", "if-match",
			"x-amz-date", "x-api-key", "x-amz-security-token"),
		ExposeHeaders: jsii.Strings("etag", "link", "retry-after", "www-authenticate", "idempotency-replayed", "apigw-requestid"),
		MaxAge:        awscdk.Duration_Hours(jsii.Number(1)),
	}
}

// The throttle bounds what an attack costs: a thousand a second all month is 2,600 million requests. A burst
// is what a second may have at once. A purchase is a transaction, by far the dearest call, and people buy
// less often than they look.
const (
	rate, burst                 = 1000.0, 2000.0
	purchaseRate, purchaseBurst = 200.0, 400.0
)

// newStage declares $default: throttled as a whole and more tightly where a call is dear, with an access
// log. It is the plain resource because the settings of single routes have no other place.
func newStage(scope constructs.Construct, config Config, api awsapigatewayv2.HttpApi) awsapigatewayv2.CfnStage {
	logs := awslogs.NewLogGroup(scope, jsii.String("AccessLogs"), &awslogs.LogGroupProps{
		Retention:     config.LogRetention,
		RemovalPolicy: config.removalPolicy(),
	})
	countRefusals(logs)
	return awsapigatewayv2.NewCfnStage(scope, jsii.String("Stage"), &awsapigatewayv2.CfnStageProps{
		ApiId:      api.ApiId(),
		StageName:  jsii.String("$default"),
		AutoDeploy: jsii.Bool(true),
		DefaultRouteSettings: &awsapigatewayv2.CfnStage_RouteSettingsProperty{
			ThrottlingRateLimit:    jsii.Number(rate),
			ThrottlingBurstLimit:   jsii.Number(burst),
			DetailedMetricsEnabled: jsii.Bool(true),
		},
		RouteSettings: map[string]any{
			"POST /pets/purchase": map[string]any{
				"ThrottlingRateLimit":    purchaseRate,
				"ThrottlingBurstLimit":   purchaseBurst,
				"DetailedMetricsEnabled": true,
			},
		},
		AccessLogSettings: &awsapigatewayv2.CfnStage_AccessLogSettingsProperty{
			DestinationArn: logs.LogGroupArn(),
			Format:         jsii.String(accessLogFormat()),
		},
	})
}

// accessLogFormat is one JSON line for each request. It holds no header, no claim and no query: never a
// token, never an e-mail address. API Gateway cannot hash, so the subject is left out too; the request id
// leads to the function's own line.
// https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-logging-variables.html
func accessLogFormat() string {
	fields := map[string]string{
		"requestId":        "$context.requestId",
		"time":             "$context.requestTime",
		"route":            "$context.routeKey",
		"status":           "$context.status",
		"latencyMs":        "$context.responseLatency",
		"responseLength":   "$context.responseLength",
		"error":            "$context.error.message",
		"authorizerError":  "$context.authorizer.error",
		"integrationError": "$context.integrationErrorMessage",
		"integrationMs":    "$context.integrationLatency",
		"lambdaStatus":     "$context.integrationStatus",
		"functionStatus":   "$context.integration.status",
	}
	line, err := json.Marshal(fields)
	if err != nil {
		panic(err) // a map of strings always encodes
	}
	return string(line)
}
