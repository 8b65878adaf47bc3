package main

import (
	"embed"
	"encoding/json"
	"fmt"
	"os"

	"github.com/aws/aws-cdk-go/awscdk/v2"
	"github.com/aws/jsii-runtime-go"
	"github.com/cdklabs/cdk-nag-go/cdknag/v2"

	"example.com/securedpets/functions/contract"
)

//go:embed policies/*.rego
var policies embed.FS

// addRules checks every stack during synthesis with this project's rules
// (policies/), CloudFormation's, and cdk-nag's AwsSolutions and Serverless. An
// error of one of them fails the synthesis. CDK's own variable CDK_VALIDATION=false
// turns all of them off: the template is the same, and ready sooner.
func addRules(app awscdk.App) error {
	if os.Getenv("CDK_VALIDATION") == "false" {
		return nil
	}
	rego, err := projectRules()
	if err != nil {
		return err
	}
	awscdk.Validations_Of(app).AddPlugins(awscdk.NewCloudFormationValidatePlugin(&awscdk.CloudFormationValidatePluginProps{
		RegoRules: &rego,
	}))
	props := &cdknag.NagPackProps{
		Verbose:       jsii.Bool(true),
		ReportFormats: &[]cdknag.NagReportFormat{cdknag.NagReportFormat_JSON},
	}
	awscdk.Aspects_Of(app).Add(cdknag.NewAwsSolutionsChecks(props), nil)
	awscdk.Aspects_Of(app).Add(cdknag.NewServerlessChecks(props), nil)
	return nil
}

// projectRules returns the files of policies/, each followed by the list of public
// routes.
func projectRules() ([]*awscdk.ValidationRuleSource, error) {
	public, err := json.Marshal(contract.PublicRoutes())
	if err != nil {
		return nil, err
	}
	entries, err := policies.ReadDir("policies")
	if err != nil {
		return nil, err
	}
	var rules []*awscdk.ValidationRuleSource
	for _, entry := range entries {
		content, err := policies.ReadFile("policies/" + entry.Name())
		if err != nil {
			return nil, err
		}
		rules = append(rules, &awscdk.ValidationRuleSource{
			Name:    jsii.String(entry.Name()),
			Content: jsii.String(fmt.Sprintf("%s\npublic_routes := %s\n", content, public)),
		})
	}
	return rules, nil
}
