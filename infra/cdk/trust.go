package main

import (
	"encoding/xml"
	"errors"
	"fmt"
	"os"
	"strings"

	"github.com/aws/aws-cdk-go/awscdk/v2/awsiam"
	"github.com/aws/aws-cdk-go/awscdk/v2/awss3"
	"github.com/aws/constructs-go/constructs/v10"
	"github.com/aws/jsii-runtime-go"
)

// Federation configures the protocol by which users of the identity provider assume
// a role in AWS.
type Federation struct {
	Kind     string // -c federation: oidc or saml. By default, there is none
	Metadata string // -c samlMetadata: file with the identity provider's SAML metadata
	entityID string
	document string
}

// ErrFederation means that the federation cannot be configured as requested.
var ErrFederation = errors.New("federation refused")

func newFederationConfig(kind, metadata string) (Federation, error) {
	f := Federation{Kind: kind, Metadata: metadata}
	switch kind {
	case "", "oidc":
		return f, nil
	case "saml":
		return f.withMetadata()
	}
	return f, fmt.Errorf("%w: -c federation=%s is neither oidc nor saml", ErrFederation, kind)
}

// withMetadata reads the metadata, for IAM and for the issuer of the assertions.
func (f Federation) withMetadata() (Federation, error) {
	content, err := os.ReadFile(f.Metadata)
	if err != nil {
		return f, fmt.Errorf("%w: saml needs -c samlMetadata=FILE of the identity provider: %w", ErrFederation, err)
	}
	var entity struct {
		XMLName xml.Name `xml:"urn:oasis:names:tc:SAML:2.0:metadata EntityDescriptor"`
		ID      string   `xml:"entityID,attr"`
	}
	if err := xml.Unmarshal(content, &entity); err != nil || entity.ID == "" {
		return f, fmt.Errorf("%w: %s is not SAML metadata with an entityID", ErrFederation, f.Metadata)
	}
	f.document, f.entityID = string(content), entity.ID
	return f, nil
}

// trust is the identity provider in IAM.
type trust struct {
	saml     bool
	provider *string // ARN
	keys     string  // prefix of its condition keys
	audience string
	entity   string
}

// newTrust declares the identity provider in IAM. It uses L1 resources: CDK's older
// construct brings a function that may change every identity provider of the
// account.
//
// An OpenID Connect provider is named after its issuer without the scheme. A slash
// at the end stays, in the ARN and in the condition keys.
func newTrust(scope constructs.Construct, config Config) trust {
	if config.Federation.Kind == "saml" {
		provider := awsiam.NewCfnSAMLProvider(scope, jsii.String("Provider"), &awsiam.CfnSAMLProviderProps{
			SamlMetadataDocument: jsii.String(config.Federation.document),
		})
		return trust{
			saml: true, provider: provider.Ref(), keys: "SAML",
			audience: "https://signin.aws.amazon.com/saml", entity: config.Federation.entityID,
		}
	}
	provider := awsiam.NewCfnOIDCProvider(scope, jsii.String("Provider"), &awsiam.CfnOIDCProviderProps{
		Url:          &config.Issuer,
		ClientIdList: jsii.Strings(config.ClientID),
	})
	return trust{provider: provider.Ref(), keys: strings.TrimPrefix(config.Issuer, "https://"), audience: config.ClientID}
}

// principal returns who may assume a role: holders of a token for this audience
// with one of the subjects. With OpenID Connect, the token gives the session one
// tag, user.
// https://docs.aws.amazon.com/IAM/latest/UserGuide/id_session-tags.html
func (t trust) principal(subjects []string) awsiam.IPrincipal {
	conditions := &map[string]any{
		"StringEquals": map[string]any{t.keys + ":aud": t.audience},
		"StringLike":   map[string]any{t.keys + ":sub": subjects},
	}
	if t.saml {
		(*conditions)["StringEquals"] = map[string]any{"SAML:aud": t.audience, "SAML:iss": t.entity}
		return awsiam.NewFederatedPrincipal(t.provider, conditions, jsii.String("sts:AssumeRoleWithSAML"))
	}
	(*conditions)["ForAllValues:StringEquals"] = map[string]any{"aws:TagKeys": []string{"user"}}
	return awsiam.NewFederatedPrincipal(t.provider, conditions, jsii.String("sts:AssumeRoleWithWebIdentity")).WithSessionTags()
}

// allowFolder gives each user one folder of the bucket, named after the session's
// tag or the assertion's subject. A tag's value may not contain the bar of
// `auth0|123`: the Action writes `auth0:123`. A session without the tag, or with an
// empty one, has no folder.
func (t trust) allowFolder(bucket awss3.Bucket, role awsiam.Role) {
	user := "${aws:PrincipalTag/user}"
	conditions := map[string]any{"StringLike": map[string]any{"aws:PrincipalTag/user": "?*"}}
	if t.saml {
		user = "${saml:sub}"
		conditions = map[string]any{"StringLike": map[string]any{"saml:sub": "?*"}}
	}
	bucket.AddToResourcePolicy(awsiam.NewPolicyStatement(&awsiam.PolicyStatementProps{
		Principals: &[]awsiam.IPrincipal{awsiam.NewArnPrincipal(role.RoleArn())},
		Actions:    jsii.Strings("s3:DeleteObject", "s3:GetObject", "s3:PutObject"),
		Resources:  &[]*string{bucket.ArnForObjects(jsii.String("users/" + user + "/*"))},
		Conditions: &conditions,
	}))
}
