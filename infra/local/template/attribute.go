package template

import "strings"

// attribute computes the value of Ref or Fn::GetAtt for a resource.
type attribute func(r *resolver, id string, of resource) (any, error)

// knownAttributes returns the attributes of each resource type. Another attribute is an error where
// it is used, never an empty text.
func knownAttributes() map[string]map[string]attribute {
	table := map[string]attribute{
		"Ref":       named("TableName"),
		"Arn":       arnOf("dynamodb", "table/", "TableName", ""),
		"StreamArn": arnOf("dynamodb", "table/", "TableName", "/stream/2026-01-01T00:00:00.000"),
	}
	return map[string]map[string]attribute{
		"AWS::ApiGatewayV2::Api": {
			"Ref": logicalID, "ApiId": logicalID, "ApiEndpoint": apiEndpoint,
		},
		"AWS::ApiGatewayV2::Authorizer":  {"Ref": logicalID, "AuthorizerId": logicalID},
		"AWS::ApiGatewayV2::Integration": {"Ref": logicalID, "IntegrationId": logicalID},
		"AWS::ApiGatewayV2::Route":       {"Ref": logicalID, "RouteId": logicalID},
		"AWS::ApiGatewayV2::Stage":       {"Ref": named("StageName")},
		"AWS::CloudFront::Distribution":  {"Ref": logicalID, "Id": logicalID, "DomainName": distributionDomain},
		"AWS::DynamoDB::GlobalTable":     table,
		"AWS::DynamoDB::Table":           table,
		"AWS::IAM::Role":                 {"Ref": named("RoleName"), "Arn": roleARN},
		"AWS::Lambda::Alias":             {"Ref": aliasARN},
		"AWS::Lambda::Function":          {"Ref": named("FunctionName"), "Arn": arnOf("lambda", "function:", "FunctionName", "")},
		"AWS::Lambda::Version":           {"Ref": versionARN, "Version": firstVersion},
		"AWS::Logs::LogGroup":            {"Ref": named("LogGroupName"), "Arn": arnOf("logs", "log-group:", "LogGroupName", ":*")},
		"AWS::S3::Bucket":                {"Ref": named("BucketName"), "Arn": bucketARN, "DomainName": bucketDomain, "RegionalDomainName": bucketRegionalDomain},
		"AWS::SNS::Topic":                {"Ref": arnOf("sns", "", "TopicName", ""), "TopicArn": arnOf("sns", "", "TopicName", ""), "TopicName": named("TopicName")},
		"AWS::SQS::Queue":                {"Ref": queueURL, "QueueUrl": queueURL, "Arn": arnOf("sqs", "", "QueueName", ""), "QueueName": named("QueueName")},
	}
}

func logicalID(_ *resolver, id string, _ resource) (any, error) { return id, nil }

// name is the physical name: the property if there is one, else the logical id.
func (r *resolver) name(id string, of resource, property string) (string, error) {
	expression, given := of.Properties[property]
	if !given {
		return id, nil
	}
	value, err := r.resolve(expression)
	if err != nil {
		return "", err
	}
	if value == (removed{}) {
		return id, nil
	}
	text, ok := scalarText(value)
	if !ok {
		return "", unresolved(expression, "a name was expected")
	}
	return text, nil
}

func named(property string) attribute {
	return func(r *resolver, id string, of resource) (any, error) { return r.name(id, of, property) }
}

func arnOf(service, prefix, property, suffix string) attribute {
	return func(r *resolver, id string, of resource) (any, error) {
		name, err := r.name(id, of, property)
		return r.arn(service, prefix+name+suffix), err
	}
}

func apiEndpoint(r *resolver, id string, _ resource) (any, error) {
	return "https://" + id + ".execute-api." + r.env.region + "." + r.env.suffix, nil
}

func distributionDomain(_ *resolver, id string, _ resource) (any, error) {
	return strings.ToLower(id) + ".cloudfront.net", nil
}

func roleARN(r *resolver, id string, of resource) (any, error) {
	name, err := r.name(id, of, "RoleName")
	return "arn:" + r.env.partition + ":iam::" + r.env.account + ":role/" + name, err
}

func bucketARN(r *resolver, id string, of resource) (any, error) {
	name, err := r.bucketName(id, of)
	return "arn:" + r.env.partition + ":s3:::" + name, err
}

func bucketDomain(r *resolver, id string, of resource) (any, error) {
	name, err := r.bucketName(id, of)
	return name + ".s3." + r.env.suffix, err
}

func bucketRegionalDomain(r *resolver, id string, of resource) (any, error) {
	name, err := r.bucketName(id, of)
	return name + ".s3." + r.env.region + "." + r.env.suffix, err
}

func (r *resolver) bucketName(id string, of resource) (string, error) {
	return r.name(id, of, "BucketName")
}

func queueURL(r *resolver, id string, of resource) (any, error) {
	name, err := r.name(id, of, "QueueName")
	return "https://sqs." + r.env.region + "." + r.env.suffix + "/" + r.env.account + "/" + name, err
}

// versionARN is the first version; a laptop publishes no other.
func versionARN(r *resolver, _ string, of resource) (any, error) {
	function, err := r.functionARN(of)
	return function + ":1", err
}

func firstVersion(*resolver, string, resource) (any, error) { return "1", nil }

func aliasARN(r *resolver, id string, of resource) (any, error) {
	function, err := r.functionARN(of)
	if err != nil {
		return nil, err
	}
	name, err := r.name(id, of, "Name")
	return function + ":" + name, err
}

// functionARN is the function of an alias or a version, without a qualifier.
func (r *resolver) functionARN(of resource) (string, error) {
	value, err := r.text(of.Properties["FunctionName"])
	if err != nil {
		return "", err
	}
	if !strings.HasPrefix(value, "arn:") {
		return r.arn("lambda", "function:"+value), nil
	}
	return unqualified(value), nil
}

// unqualified cuts :ALIAS from arn:aws:lambda:REGION:ACCOUNT:function:NAME:ALIAS.
func unqualified(arn string) string {
	const parts = 7
	fields := strings.SplitN(arn, ":", parts+1)
	return strings.Join(fields[:min(len(fields), parts)], ":")
}
