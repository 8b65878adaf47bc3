package cdk_rules.functions

import rego.v1

# The binaries are built for one architecture and runtime.
violation contains v if {
	some name in resources_of_type("AWS::Lambda::Function")
	function := input.resources[name].properties
	not runs_built_binary(function)
	v := make_diag_at("SecuredPets-005", "ERROR", name, "Properties.Architectures", "Functions are arm64 on provided.al2023: that is what `make build` builds")
}

runs_built_binary(function) if {
	function.Architectures == ["arm64"]
	function.Runtime == "provided.al2023"
}

# Roles allow single actions on single resources. Only X-Ray has no resources.
violation contains v if {
	some name in resources_of_type("AWS::IAM::Role")
	some i, policy in input.resources[name].properties.Policies
	some statement in policy.PolicyDocument.Statement
	statement.Effect == "Allow"
	some action in as_list(statement.Action)
	contains(action, "*")
	v := make_diag_at("SecuredPets-006", "ERROR", name, sprintf("Properties.Policies.%d", [i]), sprintf("%v allows more than one action", [action]))
}

violation contains v if {
	some name in resources_of_type("AWS::IAM::Role")
	some i, policy in input.resources[name].properties.Policies
	some statement in policy.PolicyDocument.Statement
	statement.Effect == "Allow"
	"*" in as_list(statement.Resource)
	some action in as_list(statement.Action)
	not startswith(action, "xray:")
	v := make_diag_at("SecuredPets-007", "ERROR", name, sprintf("Properties.Policies.%d", [i]), sprintf("%v is allowed on every resource", [action]))
}

as_list(value) := value if is_array(value)

as_list(value) := [value] if not is_array(value)
