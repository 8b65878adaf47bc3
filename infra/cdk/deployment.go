package main

import (
	"fmt"

	"github.com/aws/aws-cdk-go/awscdk/v2/awscodedeploy"
	"github.com/aws/aws-cdk-go/awscdk/v2/awsiam"
	"github.com/aws/aws-cdk-go/awscdk/v2/awslambda"
	"github.com/aws/aws-cdk-go/awscdk/v2/interfaces/interfacesawscloudwatch"
	"github.com/aws/constructs-go/constructs/v10"
	"github.com/aws/jsii-runtime-go"

	"example.com/securedpets/functions/contract"
)

// aliasName names the alias that the API invokes in production. CodeDeploy shifts
// it to new versions.
const aliasName = "live"

// deployments holds what the gradual deployments of the functions share.
type deployments struct {
	application awscodedeploy.LambdaApplication
	role        awsiam.Role
}

func newDeployments(scope constructs.Construct) deployments {
	return deployments{
		application: awscodedeploy.NewLambdaApplication(scope, jsii.String("Deployments"), nil),
		role: awsiam.NewRole(scope, jsii.String("DeploymentRole"), &awsiam.RoleProps{
			Description: jsii.String("Secured Pets: shifts requests to new versions"),
			AssumedBy:   awsiam.NewServicePrincipal(jsii.String("codedeploy.amazonaws.com"), nil),
		}),
	}
}

// add shifts the requests of one function to a new version gradually: a tenth of
// them for five minutes, then all. If the new version fails meanwhile, all requests
// go back to the old one, and the deployment of the stack is rolled back.
//
// CDK makes a new version when the function changes in the template. A new issuer
// is a parameter's new value, which the template does not show, and a version keeps
// the environment it was made with: therefore the version also depends on the
// issuer, the audience and the client id.
func (d deployments) add(scope constructs.Construct, config Config, f contract.Function, function awslambda.Function) awslambda.Alias {
	function.InvalidateVersionBasedOn(jsii.String(fmt.Sprintf("%q %q %q", config.Issuer, config.Audience, config.ClientID)))
	alias := awslambda.NewAlias(scope, jsii.String(f.ID+"Alias"), &awslambda.AliasProps{
		AliasName: jsii.String(aliasName),
		Version:   function.CurrentVersion(),
	})
	failing := newAlarm(scope, alarm{
		id: f.ID + "Rollback", threshold: 1, periods: 1,
		description: "The new version of " + f.Folder + " crashed or timed out: it is rolled back",
		metric: metric("AWS/Lambda", "Errors", "Sum", map[string]*string{
			"FunctionName": function.FunctionName(),
			"Resource":     jsii.String(*function.FunctionName() + ":" + aliasName),
		}),
	})
	awscodedeploy.NewLambdaDeploymentGroup(scope, jsii.String(f.ID+"Deployment"), &awscodedeploy.LambdaDeploymentGroupProps{
		Application:      d.application,
		Role:             d.role,
		Alias:            alias,
		DeploymentConfig: awscodedeploy.LambdaDeploymentConfig_CANARY_10PERCENT_5MINUTES(),
		Alarms:           &[]interfacesawscloudwatch.IAlarmRef{failing},
		AutoRollback: &awscodedeploy.AutoRollbackConfig{
			FailedDeployment: jsii.Bool(true), StoppedDeployment: jsii.Bool(true), DeploymentInAlarm: jsii.Bool(true),
		},
	})
	return alias
}
