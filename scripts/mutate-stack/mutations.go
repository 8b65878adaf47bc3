package main

// A mutation takes one protection of the stack away: broken takes the place of old in the file, which must
// hold old exactly once.
type mutation struct {
	name        string
	file        string // below infra/cdk
	old, broken string
}

func mutations() []mutation {
	return []mutation{
		// Routes.
		{"a route asks for no scope", "api.go", `if len(route.Scopes) > 0 {`, `if false {`},
		{"a route asks for another scope", "routes.go", `Scopes: []string{"list:unicorns"}`, `Scopes: []string{"read:unicorn"}`},
		{"a route is opened", "routes.go", `Function: "UpdatePetInfo", Scopes: []string{"update:pets"}`, `Function: "UpdatePetInfo"`},
		{"a route is opened and put on the list", "routes.go", `[]string{"GET /pets", "OPTIONS /{proxy+}"}`, `[]string{"GET /pets", "OPTIONS /{proxy+}", "GET /unicorn"}`},
		{"the preflight is put behind the authorizer", "api.go", `if route.Public() {`, `if route.Public() && route.Method != "OPTIONS" {`},
		{"two routes start each other's function", "routes.go", `"/pets", Function: "UpdatePetInfo"`, `"/pets", Function: "PetPurchase"`},
		{"any page may call", "api.go", `cors(given.allowedOrigins.ValueAsList())`, `cors(jsii.Strings("*"))`},
		{"tokens are taken from the address", "api.go", `"$request.header.Authorization"`, `"$request.querystring.token"`},
		{"purchases are not throttled", "api.go", `config.PurchaseRate,`, `config.Rate,`},
		{"the access log holds the subject's claims", "api.go", `"$context.responseLength"`, `"$context.authorizer.claims.sub"`},

		// Functions.
		{"a role may do everything on the table", "functions.go", `"dynamodb:DeleteItem", "dynamodb:PutItem", "dynamodb:Query", "dynamodb:UpdateItem"`, `"dynamodb:*"`},
		{"the reader may write", "functions.go", `[]string{"dynamodb:GetItem", "dynamodb:Query"}`, `[]string{"dynamodb:GetItem", "dynamodb:PutItem", "dynamodb:Query"}`},
		{"the reader sees sales and remembered answers", "functions.go", `"ForAllValues:StringLike"`, `"ForAnyValue:StringLike"`},
		{"a role reaches every table", "functions.go", `allowWhere(f.Actions, table.TableArn(),`, `allowWhere(f.Actions, jsii.String("*"),`},
		{"a role can be widened from elsewhere", "functions.go", `role.WithoutPolicyUpdates(nil)`, `role`},
		{"NoOp is told the issuer", "functions.go", `Program: "no-op", Memory: 128`, `Program: "no-op", Memory: 128, Verifies: true`},
		{"functions run on another machine", "functions.go", `awslambda.Architecture_ARM_64()`, `awslambda.Architecture_X86_64()`},
		{"logs are kept for ever", "functions.go", "Retention:     config.LogRetention,", "Retention:     awslogs.RetentionDays_INFINITE,"},

		// What must not be lost.
		{"the table may be deleted", "table.go", `DeletionProtection: &config.Production`, `DeletionProtection: jsii.Bool(false)`},
		{"the table cannot be restored", "table.go", `PointInTimeRecoveryEnabled: jsii.Bool(true)`, `PointInTimeRecoveryEnabled: jsii.Bool(false)`},
		{"remembered answers stay for ever", "table.go", `jsii.String("expiresAt")`, `jsii.String("expires")`},
		{"production goes with its stack", "stack.go", `return awscdk.RemovalPolicy_RETAIN`, `return awscdk.RemovalPolicy_DESTROY`},
		{"new versions come at once", "deployment.go", `LambdaDeploymentConfig_CANARY_10PERCENT_5MINUTES()`, `LambdaDeploymentConfig_ALL_AT_ONCE()`},
		{"a failing version stays", "deployment.go", `DeploymentInAlarm: jsii.Bool(true)`, `DeploymentInAlarm: jsii.Bool(false)`},

		// Alarms.
		{"an alarm tells nobody", "alarms.go", `d.AddAlarmAction(action)`, ``},
		{"nobody hears of missing keys", "alarms.go", `"stale": own(keysStale)`, `"stale": own(keysFetched)`},
		{"the topic works without TLS", "alarms.go", `EnforceSSL:  jsii.Bool(true)`, `EnforceSSL:  jsii.Bool(false)`},
		{"CloudWatch may not write to the topic", "alarms.go", `Actions:    jsii.Strings("sns:Publish")`, `Actions:    jsii.Strings("sns:Subscribe")`},

		// The page.
		{"the page's bucket is open", "page.go", `awss3.BlockPublicAccess_BLOCK_ALL()`, `awss3.BlockPublicAccess_BLOCK_ACLS_ONLY()`},
		{"buckets work without TLS", "page.go", `props.EnforceSSL = jsii.Bool(true)`, `props.EnforceSSL = jsii.Bool(false)`},
		{"the page is served without its headers", "page.go", `ResponseHeadersPolicy: newHeaders(scope, headers),`, `ResponseHeadersPolicy: awscloudfront.ResponseHeadersPolicy_SECURITY_HEADERS(),`},
		{"the page is served over http", "page.go", `ViewerProtocolPolicy_REDIRECT_TO_HTTPS`, `ViewerProtocolPolicy_ALLOW_ALL`},

		// People with roles in AWS.
		{"any subject may be an administrator", "federation.go", `[]string{"auth0|*"}`, `[]string{"*"}`},
		{"a role opens every method", "federation.go", `fmt.Sprintf("$default/%s%s", r.route.Method, r.route.Path)`, `fmt.Sprint("*", r.route.Path)`},
		{"everybody's folder is open", "trust.go", `user := "${aws:PrincipalTag/user}"`, `user := "*"`},
		{"the first API takes IAM's word", "stack.go", `environment := map[string]*string{"LOG_LEVEL": &config.LogLevel}`, `environment := map[string]*string{"LOG_LEVEL": &config.LogLevel, "IAM_AUTHORIZED": &config.LogLevel}`},

		// Settings.
		{"an issuer without its slash is accepted", "issuer.go", `case known && slash != ends && slash:`, `case false:`},
		{"an empty audience is accepted", "config.go", `if len(audience) == 0 {`, `if false {`},
		{"any origin is accepted in prod", "origins.go", `if production {`, `if false {`},
	}
}
