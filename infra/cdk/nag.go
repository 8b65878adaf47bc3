package main

import (
	"fmt"
	"strings"

	"github.com/aws/aws-cdk-go/awscdk/v2"
	"github.com/aws/jsii-runtime-go"
	"github.com/cdklabs/cdk-nag-go/cdknag/v2"

	"example.com/securedpets/functions/contract"
)

// A suppression accepts one finding of cdk-nag on some resources, with a reason.
// The reason is also in the template, in the resource's metadata.
type suppression struct {
	rule   string
	detail string // the one action, resource or policy that is meant; empty when the rule has no details
	paths  []string
	reason string
}

// suppressions returns those of the main stack. There is no other way to silence a
// rule, and a test fails when one of these silences nothing.
func suppressions(config Config) []suppression {
	var roles, functions, public []string
	for _, f := range contract.Functions() {
		roles = append(roles, f.ID+"Role/Resource")
		functions = append(functions, f.ID+"/Resource")
	}
	for _, r := range contract.Routes() {
		if r.Public() {
			public = append(public, fmt.Sprintf("Api/%s-%s/Resource", r.Method, dashed(r.Path)))
		}
	}
	distribution := []string{"PageDistribution/Resource"}
	list := append(functionSuppressions(roles, functions), []suppression{
		{"AwsSolutions-APIG4", "", public, "Public on purpose: anyone may list the pets, and a browser sends its preflight without a token"},
		{"AwsSolutions-CFR1", "", distribution, "The shop sells in every country"},
		{"AwsSolutions-CFR2", "", distribution, "Static files from a private bucket: nothing behind it to attack; the API is throttled by route"},
		{"AwsSolutions-CFR4", "", distribution, "CloudFront's own certificate fixes this setting; browsers that need TLS 1.1 do not run the page"},
	}...)
	if config.Production {
		list = append(list, suppression{
			"AwsSolutions-IAM4", "Policy::arn:<AWS::Partition>:iam::aws:policy/service-role/AWSCodeDeployRoleForLambdaLimited",
			[]string{"DeploymentRole/Resource"},
			"AWS maintains this policy for CodeDeploy; it may shift aliases and read alarms",
		})
	}
	return list
}

// dashed returns a path as CDK writes it in the name of a route's construct.
func dashed(path string) string { return strings.ReplaceAll(path, "/", "--")[1:] }

// functionSuppressions returns those that any function and its role need.
func functionSuppressions(roles, functions []string) []suppression {
	const tracing = "X-Ray's two actions have no resources: https://docs.aws.amazon.com/service-authorization/latest/reference/list_awsx-ray.html"
	return []suppression{
		{"AwsSolutions-IAM5", "Resource::*", roles, tracing},
		{"Serverless-LambdaStarPermissions", "", roles, tracing},
		{"Serverless-LambdaDLQ", "", functions, "Invoked by API Gateway only, which waits for the response: no event can be lost"},
	}
}

// suppress applies the suppressions, and panics where CDK finds no such resource: a
// mistyped path.
func suppress(stack awscdk.Stack, list []suppression) {
	for _, s := range list {
		entry := &cdknag.NagPackSuppression{Id: jsii.String(s.rule), Reason: jsii.String(s.reason)}
		if s.detail != "" {
			entry.AppliesTo = &[]any{s.detail}
		}
		for _, path := range s.paths {
			cdknag.NagSuppressions_AddResourceSuppressionsByPath(stack, "/"+*stack.Node().Path()+"/"+path,
				&[]*cdknag.NagPackSuppression{entry}, jsii.Bool(false))
		}
	}
}
