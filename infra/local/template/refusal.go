package template

// refused returns the types that would change a response and are not served here.
func refused() map[string]string {
	const gateway = "AWS::ApiGatewayV2::"
	return map[string]string{
		"AWS::ApiGateway::RestApi":             "REST APIs respond differently from HTTP APIs",
		gateway + "ApiGatewayManagedOverrides": "use properties of the API itself",
		gateway + "ApiMapping":                 "custom domains end at AWS",
		gateway + "Deployment":                 "let the stage deploy by itself (AutoDeploy)",
		gateway + "DomainName":                 "custom domains end at AWS",
		gateway + "IntegrationResponse":        "it belongs to WebSocket APIs",
		gateway + "Model":                      "it belongs to WebSocket APIs",
		gateway + "RouteResponse":              "it belongs to WebSocket APIs",
		gateway + "VpcLink":                    "there is no VPC here",
		"AWS::CloudFormation::Stack":           "a nested stack is a template of its own",
		"AWS::Lambda::EventSourceMapping":      "nothing here polls a stream or queue",
		"AWS::Lambda::Url":                     "function URLs bypass the API",
		"AWS::Serverless::Api":                 "the SAM transform runs in AWS",
		"AWS::Serverless::Function":            "the SAM transform runs in AWS",
		"AWS::Serverless::HttpApi":             "the SAM transform runs in AWS",
	}
}

// refuse reports whole resources and sections that are not served.
func (b *builder) refuse() {
	b.refuseTransforms()
	reasons := refused()
	for _, id := range sorted(b.resolver.doc.Resources) {
		of := b.resolver.doc.Resources[id]
		created, err := b.resolver.exists(of.Condition)
		if err != nil {
			b.add(id, err)
			continue
		}
		if reason, no := reasons[of.Type]; no && created {
			b.problem(id, ErrNotServed, "%s: %s", of.Type, reason)
		}
	}
}

func (b *builder) refuseTransforms() {
	list, isList := b.resolver.doc.Transform.([]any)
	if !isList && b.resolver.doc.Transform != nil {
		list = []any{b.resolver.doc.Transform}
	}
	for _, transform := range list {
		if transform != "AWS::LanguageExtensions" {
			b.problem("Transform", ErrNotServed, "%s runs in AWS", compact(transform))
		}
	}
}
