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

	"example.com/securedpets/functions/contract"
)

// newAPI declares the HTTP API with the contract's routes. API Gateway verifies
// each token before a function starts, and the function verifies it again: a route
// opened by mistake stays closed.
func newAPI(scope constructs.Construct, config Config, params parameters, functions map[string]awslambda.IFunction) awsapigatewayv2.HttpApi {
	api := awsapigatewayv2.NewHttpApi(scope, jsii.String("Api"), &awsapigatewayv2.HttpApiProps{
		ApiName:            jsii.String("SecuredPets-" + config.Name),
		CreateDefaultStage: jsii.Bool(false),
		CorsPreflight:      cors(params.allowedOrigins.ValueAsList()),
	})
	tokens := awsapigatewayv2authorizers.NewHttpJwtAuthorizer(jsii.String("Tokens"), params.issuer.ValueAsString(),
		&awsapigatewayv2authorizers.HttpJwtAuthorizerProps{
			AuthorizerName: jsii.String("Tokens"),
			IdentitySource: jsii.Strings("$request.header.Authorization"),
			JwtAudience:    params.audience.ValueAsList(),
		})
	routes := contract.Routes()
	stage := newStage(scope, config, api, routes)
	for _, route := range routes {
		var authorizer awsapigatewayv2.IHttpRouteAuthorizer = tokens
		if route.Public() {
			authorizer = awsapigatewayv2.NewHttpNoneAuthorizer()
		}
		for _, declared := range *newRoute(api, route, functions[route.Function.ID], authorizer) {
			// A stage with settings of a route that does not exist yet cannot be
			// deployed.
			stage.Node().AddDependency(declared)
		}
	}
	return api
}

// addressOf returns the API's address, without a slash at the end.
func addressOf(api awsapigatewayv2.HttpApi) *string {
	return awscdk.Fn_Join(jsii.String(""), &[]*string{
		jsii.String("https://"), api.ApiId(), jsii.String(".execute-api."),
		awscdk.Aws_REGION(), jsii.String("."), awscdk.Aws_URL_SUFFIX(),
	})
}

// newRoute adds a route. Its scopes are set here and not as the API's default,
// which would put them on routes without an authorizer too. The permission that
// comes with it names the path: no other path, and no other API, can invoke the
// function.
func newRoute(api awsapigatewayv2.HttpApi, route contract.Route, function awslambda.IFunction, authorizer awsapigatewayv2.IHttpRouteAuthorizer) *[]awsapigatewayv2.HttpRoute {
	options := &awsapigatewayv2.AddRoutesOptions{
		Path:       &route.Path,
		Authorizer: authorizer,
		Methods:    &[]awsapigatewayv2.HttpMethod{awsapigatewayv2.HttpMethod(route.Method)},
		Integration: awsapigatewayv2integrations.NewHttpLambdaIntegration(jsii.String(route.Function.ID), function,
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

// cors returns the contract's CORS settings. Credentials stay off: tokens travel in
// a header, and there is no cookie.
func cors(origins *[]*string) *awsapigatewayv2.CorsPreflightOptions {
	var methods []awsapigatewayv2.CorsHttpMethod
	for _, method := range contract.CORSMethods() {
		methods = append(methods, awsapigatewayv2.CorsHttpMethod(method))
	}
	return &awsapigatewayv2.CorsPreflightOptions{
		AllowOrigins:  origins,
		AllowMethods:  &methods,
		AllowHeaders:  jsii.Strings(contract.CORSAllowHeaders()...),
		ExposeHeaders: jsii.Strings(contract.CORSExposeHeaders()...),
		MaxAge:        awscdk.Duration_Hours(jsii.Number(1)),
	}
}

// stageThrottle limits all requests together, and so the cost of an attack: at this
// rate, a month has 2,600 million requests.
var stageThrottle = contract.Throttle{Rate: 1000, Burst: 2000}

// newStage declares the stage $default with throttles and an access log. It is the
// L1 resource, because the L2 construct has no settings of single routes.
func newStage(scope constructs.Construct, config Config, api awsapigatewayv2.HttpApi, routes []contract.Route) awsapigatewayv2.CfnStage {
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
			ThrottlingRateLimit:    jsii.Number(stageThrottle.Rate),
			ThrottlingBurstLimit:   jsii.Number(stageThrottle.Burst),
			DetailedMetricsEnabled: jsii.Bool(true),
		},
		RouteSettings: routeSettings(routes),
		AccessLogSettings: &awsapigatewayv2.CfnStage_AccessLogSettingsProperty{
			DestinationArn: logs.LogGroupArn(),
			Format:         jsii.String(accessLogFormat()),
		},
	})
}

// routeSettings returns the settings of the routes that have a throttle of their
// own.
func routeSettings(routes []contract.Route) map[string]any {
	settings := map[string]any{}
	for _, route := range routes {
		if route.Throttle != (contract.Throttle{}) {
			settings[route.Key()] = map[string]any{
				"ThrottlingRateLimit":    route.Throttle.Rate,
				"ThrottlingBurstLimit":   route.Throttle.Burst,
				"DetailedMetricsEnabled": true,
			}
		}
	}
	return settings
}

// accessLogFormat returns the format of one JSON line per request. It has no
// header, claim, path or query: never a token, never an e-mail address. API Gateway
// cannot hash, so the subject is left out; the request id leads to the function's
// own line.
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
