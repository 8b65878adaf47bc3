package main

import (
	"embed"
	"encoding/json"
	"fmt"
	"os"

	"github.com/aws/aws-cdk-go/awscdk/v2"
	"github.com/aws/jsii-runtime-go"
	"github.com/cdklabs/cdk-nag-go/cdknag/v2"
)

//go:embed policies/*.rego
var policies embed.FS

// addRules lets every set of rules look at every stack during synthesis: this project's own (policies/),
// CloudFormation's, and cdk-nag's AwsSolutions and Serverless. The synthesis is refused when one of them
// finds an error. With CDK_VALIDATION=false in the environment, which CDK has for its own rules, nothing is
// looked at: the template is the same and comes sooner.
func addRules(app awscdk.App) error {
	if os.Getenv("CDK_VALIDATION") == "false" {
		return nil
	}
	own, err := ownRules()
	if err != nil {
		return err
	}
	awscdk.Validations_Of(app).AddPlugins(awscdk.NewCloudFormationValidatePlugin(&awscdk.CloudFormationValidatePluginProps{
		RegoRules: &own,
	}))
	props := &cdknag.NagPackProps{
		Verbose:       jsii.Bool(true),
		ReportFormats: &[]cdknag.NagReportFormat{cdknag.NagReportFormat_JSON},
	}
	awscdk.Aspects_Of(app).Add(cdknag.NewAwsSolutionsChecks(props), nil)
	awscdk.Aspects_Of(app).Add(cdknag.NewServerlessChecks(props), nil)
	return nil
}

// ownRules are the files in policies/, each with the list of public routes: a rule that needs no list
// leaves it alone.
func ownRules() ([]*awscdk.ValidationRuleSource, error) {
	public, err := json.Marshal(PublicRoutes())
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
