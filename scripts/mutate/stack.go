package main

// stackMutations remove the protections of the deployed stack. Each names the test that must
// notice.
func stackMutations() []mutation {
	return []mutation{
		// Contract.
		{"a route asks for another scope", "TestRoutes", "functions/contract/route.go", `Scopes: []string{ScopeListUnicorns}`, `Scopes: []string{ScopeReadUnicorn}`},
		{"a scope is mistyped", "TestRoutes", "functions/contract/scope.go", `"update:pets"`, `"updates:pets"`},
		{"a route is opened", "TestRoutes", "functions/contract/route.go", `Scopes: []string{ScopeUpdatePets},`, ``},
		{"the list of public routes grows", "TestPublicRoutes", "functions/contract/route.go", `[]string{"GET /pets", "OPTIONS /{proxy+}"}`, `[]string{"GET /pets", "OPTIONS /{proxy+}", "GET /unicorn"}`},
		{"a route invokes another function", "TestRoutes", "functions/contract/route.go", `"/pets", Function: UpdatePetInfo`, `"/pets", Function: PetPurchase`},
		{"purchases are not throttled", "TestStage", "functions/contract/route.go", `Throttle: Throttle{Rate: 200, Burst: 400},`, ``},
		{"pages cannot send their token", "TestCORS", "functions/contract/cors.go", `"authorization", "content-type"`, `"*", "content-type"`},
		{"pages cannot call some methods", "TestCORS", "functions/contract/cors.go", `methods = append(methods, r.Method)`, `methods = append(methods[:min(1, len(methods))], r.Method)`},
		{"a role may do everything on the table", "TestFunctions", "functions/contract/function.go", `[]string{"DeleteItem", "GetItem", "PutItem", "Query", "UpdateItem"}`, `[]string{"*"}`},
		{"the reader may write", "TestFunctions", "functions/contract/function.go", `[]string{"GetItem", "Query"}`, `[]string{"GetItem", "PutItem", "Query"}`},
		{"NoOp gets the issuer", "TestFunctions", "functions/contract/function.go", `slices.Concat(logSettings, traceSettings),`, `slices.Concat(logSettings, traceSettings, tokenSettings),`},
		{"stored responses are never deleted", "TestTable", "functions/contract/table.go", `TTLAttribute = "expiresAt"`, `TTLAttribute = "expires"`},

		// Routes.
		{"a contradictory contract is synthesized", "TestContradictionStopsSynthesis", "infra/cdk/app.go", `return nil, oneLine(err)`, `_ = oneLine(err)`},
		{"a route asks for no scope", "TestRoutes", "infra/cdk/api.go", `if len(route.Scopes) > 0 {`, `if false {`},
		{"the preflight is put behind the authorizer", "TestPublicRoutes", "infra/cdk/api.go", `if route.Public() {`, `if route.Public() && route.Method != "OPTIONS" {`},
		{"any page may call", "TestCORS", "infra/cdk/api.go", `cors(params.allowedOrigins.ValueAsList())`, `cors(jsii.Strings("*"))`},
		{"tokens are taken from the address", "TestAuthorizer", "infra/cdk/api.go", `"$request.header.Authorization"`, `"$request.querystring.token"`},
		{"the stage is not throttled", "TestStage", "infra/cdk/api.go", `ThrottlingRateLimit:    jsii.Number(stageThrottle.Rate),`, ``},
		{"the throttles of routes are dropped", "TestStage", "infra/cdk/api.go", `if route.Throttle != (contract.Throttle{}) {`, `if false {`},
		{"the access log has the subject's claims", "TestStage", "infra/cdk/api.go", `"$context.responseLength"`, `"$context.authorizer.claims.sub"`},

		// Functions.
		{"a function misses a setting", "TestEverySettingIsSet", "infra/cdk/functions.go", `contract.SettingEmailClaim:    optional(config.EmailClaim),`, ``},
		{"functions get settings of others", "TestFunctions", "infra/cdk/functions.go", `value == nil || !slices.Contains(f.Settings, name)`, `value == nil`},
		{"an update may write sales", "TestFunctions", "infra/cdk/functions.go", `in(access.Readable, "Query")`, `in(access.Readable, "Query", "PutItem")`},
		{"the reader sees stored responses", "TestFunctions", "infra/cdk/functions.go", `"ForAllValues:StringLike"`, `"ForAnyValue:StringLike"`},
		{"a role reaches every table", "TestFunctions", "infra/cdk/functions.go", `statement(actions, table.TableArn(),`, `statement(actions, jsii.String("*"),`},
		{"a role can be widened from elsewhere", "TestNoOtherPolicies", "infra/cdk/functions.go", `role.WithoutPolicyUpdates(nil)`, `role`},
		{"functions run on another architecture", "TestFunctions", "infra/cdk/functions.go", `awslambda.Architecture_ARM_64()`, `awslambda.Architecture_X86_64()`},
		{"logs never expire", "TestLogsExpire", "infra/cdk/functions.go", "Retention:     config.LogRetention,", "Retention:     awslogs.RetentionDays_INFINITE,"},

		// Data and versions.
		{"the table may be deleted", "TestTable", "infra/cdk/table.go", `DeletionProtection: &config.Production`, `DeletionProtection: jsii.Bool(false)`},
		{"the table cannot be restored", "TestTable", "infra/cdk/table.go", `PointInTimeRecoveryEnabled: jsii.Bool(true)`, `PointInTimeRecoveryEnabled: jsii.Bool(false)`},
		{"production data is deleted with its stack", "TestRemoval", "infra/cdk/stack.go", `return awscdk.RemovalPolicy_RETAIN`, `return awscdk.RemovalPolicy_DESTROY`},
		{"new versions are deployed at once", "TestGradualDeployment", "infra/cdk/deployment.go", `LambdaDeploymentConfig_CANARY_10PERCENT_5MINUTES()`, `LambdaDeploymentConfig_ALL_AT_ONCE()`},
		{"a failing version is not rolled back", "TestGradualDeployment", "infra/cdk/deployment.go", `DeploymentInAlarm: jsii.Bool(true)`, `DeploymentInAlarm: jsii.Bool(false)`},
		{"a new issuer does not reach the live versions", "TestNewIssuerMakesNewVersions", "infra/cdk/deployment.go", `config.Issuer, config.Audience, config.ClientID`, `"", "", ""`},

		// Alarms.
		{"an alarm notifies no topic", "TestAlarms", "infra/cdk/alarms.go", `d.AddAlarmAction(action)`, ``},
		{"missing keys raise no alarm", "TestAlarms", "infra/cdk/alarms.go", `"stale": appMetric(contract.MetricKeysStale)`, `"stale": appMetric(contract.MetricKeysFetched)`},
		{"the topic works without TLS", "TestTopic", "infra/cdk/alarms.go", `EnforceSSL:  jsii.Bool(true)`, `EnforceSSL:  jsii.Bool(false)`},
		{"CloudWatch may not write to the topic", "TestTopic", "infra/cdk/alarms.go", `Actions:    jsii.Strings("sns:Publish")`, `Actions:    jsii.Strings("sns:Subscribe")`},

		// The page.
		{"the page's bucket is open", "TestPageBucketsArePrivate", "infra/cdk/page.go", `awss3.BlockPublicAccess_BLOCK_ALL()`, `awss3.BlockPublicAccess_BLOCK_ACLS_ONLY()`},
		{"buckets work without TLS", "TestPageBucketsArePrivate", "infra/cdk/page.go", `props.EnforceSSL = jsii.Bool(true)`, `props.EnforceSSL = jsii.Bool(false)`},
		{"the page is served without its headers", "TestPageIsServedWithItsHeaders", "infra/cdk/page.go", `ResponseHeadersPolicy: newHeaders(scope, headers),`, `ResponseHeadersPolicy: awscloudfront.ResponseHeadersPolicy_SECURITY_HEADERS(),`},
		{"the page is served over http", "TestDistribution", "infra/cdk/page.go", `ViewerProtocolPolicy_REDIRECT_TO_HTTPS`, `ViewerProtocolPolicy_ALLOW_ALL`},

		// Federated users.
		{"any subject may be an administrator", "TestFederatedRoles", "infra/cdk/federation.go", `[]string{"auth0|*"}`, `[]string{"*"}`},
		{"a role opens every method", "TestFederatedRoles", "infra/cdk/federation.go", `fmt.Sprintf("$default/%s%s", r.route.Method, r.route.Path)`, `fmt.Sprint("*", r.route.Path)`},
		{"every user's folder is open", "TestUserFolders", "infra/cdk/trust.go", `user := "${aws:PrincipalTag/user}"`, `user := "*"`},
		{"the first API accepts requests that IAM authorized", "TestFunctions", "infra/cdk/functions.go", "\treturn variables\n}", "\tvariables[contract.SettingIAMAuthorized] = jsii.String(`true`)\n\treturn variables\n}"},
		{"the signed API's functions refuse signed requests", "TestSignedAPI", "infra/cdk/federation.go", `environment[contract.SettingIAMAuthorized] = jsii.String("true")`, ``},
		{"a role allows another route", "TestFederatedRoles", "infra/cdk/federation.go", `social, contract.PurchasePet`, `social, contract.UpdatePets`},

		// Settings.
		{"an issuer without its slash is accepted", "TestSettings", "infra/cdk/issuer.go", `return slash, true`, `return slash, false`},
		{"an empty audience is accepted", "TestSettings", "infra/cdk/config.go", `if len(audience) == 0 {`, `if false {`},
		{"any origin is accepted in prod", "TestSettings", "infra/cdk/origins.go", `if production {`, `if false {`},
	}
}
