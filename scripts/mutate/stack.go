package main

// stackMutations take the protections of the deployed stack away. Each names the test that must notice.
func stackMutations() []mutation {
	return []mutation{
		// Routes.
		{"a route asks for no scope", "TestRoutesAreTheContract", "infra/cdk/api.go", `if len(route.Scopes) > 0 {`, `if false {`},
		{"a route asks for another scope", "TestRoutesAreTheContract", "infra/cdk/routes.go", `Scopes: []string{"list:unicorns"}`, `Scopes: []string{"read:unicorn"}`},
		{"a route is opened", "TestPublicRoutes", "infra/cdk/routes.go", `Function: "UpdatePetInfo", Scopes: []string{"update:pets"}`, `Function: "UpdatePetInfo"`},
		{"the list of public routes grows", "TestPublicRoutes", "infra/cdk/routes.go", `[]string{"GET /pets", "OPTIONS /{proxy+}"}`, `[]string{"GET /pets", "OPTIONS /{proxy+}", "GET /unicorn"}`},
		{"the preflight is put behind the authorizer", "TestPublicRoutes", "infra/cdk/api.go", `if route.Public() {`, `if route.Public() && route.Method != "OPTIONS" {`},
		{"two routes start each other's function", "TestRoutesAreTheContract", "infra/cdk/routes.go", `"/pets", Function: "UpdatePetInfo"`, `"/pets", Function: "PetPurchase"`},
		{"any page may call", "TestCORS", "infra/cdk/api.go", `cors(given.allowedOrigins.ValueAsList())`, `cors(jsii.Strings("*"))`},
		{"pages cannot send their token", "TestCORS", "infra/cdk/api.go", `jsii.Strings("authorization", "content-type"`, `jsii.Strings("*", "content-type"`},
		{"tokens are taken from the address", "TestAuthorizer", "infra/cdk/api.go", `"$request.header.Authorization"`, `"$request.querystring.token"`},
		{"purchases are not throttled", "TestStage", "infra/cdk/api.go", `"ThrottlingRateLimit":    purchaseRate,`, `"ThrottlingRateLimit":    rate,`},
		{"the access log holds the subject's claims", "TestStage", "infra/cdk/api.go", `"$context.responseLength"`, `"$context.authorizer.claims.sub"`},

		// Functions.
		{"a role may do everything on the table", "TestFunctions", "infra/cdk/functions.go", `"dynamodb:DeleteItem", "dynamodb:PutItem", "dynamodb:Query", "dynamodb:UpdateItem"`, `"dynamodb:*"`},
		{"the reader may write", "TestFunctions", "infra/cdk/functions.go", `[]string{"dynamodb:GetItem", "dynamodb:Query"}`, `[]string{"dynamodb:GetItem", "dynamodb:PutItem", "dynamodb:Query"}`},
		{"the reader sees sales and remembered answers", "TestFunctions", "infra/cdk/functions.go", `"ForAllValues:StringLike"`, `"ForAnyValue:StringLike"`},
		{"a role reaches every table", "TestFunctions", "infra/cdk/functions.go", `allowWhere(f.Actions, table.TableArn(),`, `allowWhere(f.Actions, jsii.String("*"),`},
		{"a role can be widened from elsewhere", "TestNoOtherPolicies", "infra/cdk/functions.go", `role.WithoutPolicyUpdates(nil)`, `role`},
		{"NoOp is told the issuer", "TestFunctions", "infra/cdk/functions.go", `Program: "no-op", Memory: 128`, `Program: "no-op", Memory: 128, Verifies: true`},
		{"functions run on another machine", "TestFunctions", "infra/cdk/functions.go", `awslambda.Architecture_ARM_64()`, `awslambda.Architecture_X86_64()`},
		{"logs are kept for ever", "TestLogsEnd", "infra/cdk/functions.go", "Retention:     config.LogRetention,", "Retention:     awslogs.RetentionDays_INFINITE,"},

		// What must not be lost.
		{"the table may be deleted", "TestTable", "infra/cdk/table.go", `DeletionProtection: &config.Production`, `DeletionProtection: jsii.Bool(false)`},
		{"the table cannot be restored", "TestTable", "infra/cdk/table.go", `PointInTimeRecoveryEnabled: jsii.Bool(true)`, `PointInTimeRecoveryEnabled: jsii.Bool(false)`},
		{"remembered answers stay for ever", "TestTable", "infra/cdk/table.go", `jsii.String("expiresAt")`, `jsii.String("expires")`},
		{"production goes with its stack", "TestRemoval", "infra/cdk/stack.go", `return awscdk.RemovalPolicy_RETAIN`, `return awscdk.RemovalPolicy_DESTROY`},
		{"new versions come at once", "TestGradualDeployment", "infra/cdk/deployment.go", `LambdaDeploymentConfig_CANARY_10PERCENT_5MINUTES()`, `LambdaDeploymentConfig_ALL_AT_ONCE()`},
		{"a failing version stays", "TestGradualDeployment", "infra/cdk/deployment.go", `DeploymentInAlarm: jsii.Bool(true)`, `DeploymentInAlarm: jsii.Bool(false)`},
		{"a new issuer does not reach the live versions", "TestNewIssuerMakesNewVersions", "infra/cdk/deployment.go", `config.Issuer, config.Audience, config.ClientID`, `"", "", ""`},

		// Alarms.
		{"an alarm tells nobody", "TestAlarms", "infra/cdk/alarms.go", `d.AddAlarmAction(action)`, ``},
		{"nobody hears of missing keys", "TestAlarms", "infra/cdk/alarms.go", `"stale": own(keysStale)`, `"stale": own(keysFetched)`},
		{"the topic works without TLS", "TestTopic", "infra/cdk/alarms.go", `EnforceSSL:  jsii.Bool(true)`, `EnforceSSL:  jsii.Bool(false)`},
		{"CloudWatch may not write to the topic", "TestTopic", "infra/cdk/alarms.go", `Actions:    jsii.Strings("sns:Publish")`, `Actions:    jsii.Strings("sns:Subscribe")`},

		// The page.
		{"the page's bucket is open", "TestPageBucketsArePrivate", "infra/cdk/page.go", `awss3.BlockPublicAccess_BLOCK_ALL()`, `awss3.BlockPublicAccess_BLOCK_ACLS_ONLY()`},
		{"buckets work without TLS", "TestPageBucketsArePrivate", "infra/cdk/page.go", `props.EnforceSSL = jsii.Bool(true)`, `props.EnforceSSL = jsii.Bool(false)`},
		{"the page is served without its headers", "TestPageIsServedWithItsHeaders", "infra/cdk/page.go", `ResponseHeadersPolicy: newHeaders(scope, headers),`, `ResponseHeadersPolicy: awscloudfront.ResponseHeadersPolicy_SECURITY_HEADERS(),`},
		{"the page is served over http", "TestDistribution", "infra/cdk/page.go", `ViewerProtocolPolicy_REDIRECT_TO_HTTPS`, `ViewerProtocolPolicy_ALLOW_ALL`},

		// People with roles in AWS.
		{"any subject may be an administrator", "TestFederatedRoles", "infra/cdk/federation.go", `[]string{"auth0|*"}`, `[]string{"*"}`},
		{"a role opens every method", "TestFederatedRoles", "infra/cdk/federation.go", `fmt.Sprintf("$default/%s%s", r.route.Method, r.route.Path)`, `fmt.Sprint("*", r.route.Path)`},
		{"everybody's folder is open", "TestUserFolders", "infra/cdk/trust.go", `user := "${aws:PrincipalTag/user}"`, `user := "*"`},
		{"the first API takes IAM's word", "TestFunctions", "infra/cdk/stack.go", `environment := map[string]*string{"LOG_LEVEL": &config.LogLevel}`, `environment := map[string]*string{"LOG_LEVEL": &config.LogLevel, "IAM_AUTHORIZED": &config.LogLevel}`},

		// Settings.
		{"an issuer without its slash is accepted", "TestSettings", "infra/cdk/issuer.go", `return slash, true`, `return slash, false`},
		{"an empty audience is accepted", "TestSettings", "infra/cdk/config.go", `if len(audience) == 0 {`, `if false {`},
		{"any origin is accepted in prod", "TestSettings", "infra/cdk/origins.go", `if production {`, `if false {`},
	}
}
