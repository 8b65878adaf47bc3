package main

import (
	"encoding/json"
	"os"
	"slices"
	"strings"

	"github.com/aws/aws-cdk-go/awscdk/v2"
	"github.com/aws/aws-cdk-go/awscdk/v2/awscloudfront"
	"github.com/aws/aws-cdk-go/awscdk/v2/awscloudfrontorigins"
	"github.com/aws/aws-cdk-go/awscdk/v2/awss3"
	"github.com/aws/constructs-go/constructs/v10"
	"github.com/aws/jsii-runtime-go"
)

// headersFile has the response headers of the page, here and on the laptop. {api}
// and {issuer} stand for the only two origins that the page may connect to.
const headersFile = "../../web/headers.json"

// page holds the bucket that scripts/deploy-page fills and its distribution.
type page struct {
	bucket       awss3.Bucket
	distribution awscloudfront.Distribution
}

// newPage declares a private bucket that only the distribution can read. A script
// uploads the files: CDK's BucketDeployment brings a function in Python and a role
// that may write to any bucket.
func newPage(scope constructs.Construct, config Config, headers map[string]string) page {
	logs := newBucket(scope, "PageLogs", config, &awss3.BucketProps{
		// CloudFront writes its logs with an access control list.
		ObjectOwnership: awss3.ObjectOwnership_BUCKET_OWNER_PREFERRED,
		LifecycleRules:  &[]*awss3.LifecycleRule{{Expiration: awscdk.Duration_Days(jsii.Number(config.PageLogDays))}},
	})
	bucket := newBucket(scope, "Page", config, &awss3.BucketProps{
		Versioned:              &config.Production,
		LifecycleRules:         &[]*awss3.LifecycleRule{{NoncurrentVersionExpiration: awscdk.Duration_Days(jsii.Number(config.PageLogDays))}},
		ServerAccessLogsBucket: logs,
		ServerAccessLogsPrefix: jsii.String("bucket/"),
	})
	distribution := awscloudfront.NewDistribution(scope, jsii.String("PageDistribution"), &awscloudfront.DistributionProps{
		Comment:           jsii.String(stackID + "-" + config.Name),
		DefaultRootObject: jsii.String("index.html"),
		DefaultBehavior: &awscloudfront.BehaviorOptions{
			Origin:                awscloudfrontorigins.S3BucketOrigin_WithOriginAccessControl(bucket, nil),
			ViewerProtocolPolicy:  awscloudfront.ViewerProtocolPolicy_REDIRECT_TO_HTTPS,
			CachePolicy:           awscloudfront.CachePolicy_CACHING_OPTIMIZED(),
			ResponseHeadersPolicy: newHeaders(scope, headers),
			Compress:              jsii.Bool(true),
		},
		// S3 responds 403 for a missing object in a bucket that may not be listed.
		ErrorResponses: &[]*awscloudfront.ErrorResponse{{
			HttpStatus: jsii.Number(403), ResponseHttpStatus: jsii.Number(404), ResponsePagePath: jsii.String("/index.html"),
			Ttl: awscdk.Duration_Minutes(jsii.Number(1)),
		}},
		PriceClass:    awscloudfront.PriceClass_PRICE_CLASS_100,
		EnableLogging: jsii.Bool(true),
		LogBucket:     logs,
		LogFilePrefix: jsii.String("page/"),
	})
	return page{bucket, distribution}
}

func newBucket(scope constructs.Construct, id string, config Config, props *awss3.BucketProps) awss3.Bucket {
	props.BlockPublicAccess = awss3.BlockPublicAccess_BLOCK_ALL()
	props.Encryption = awss3.BucketEncryption_S3_MANAGED
	props.EnforceSSL = jsii.Bool(true)
	props.MinimumTLSVersion = jsii.Number(1.2)
	props.RemovalPolicy = config.removalPolicy()
	return awss3.NewBucket(scope, &id, props)
}

// newHeaders declares the page's headers. CloudFront refuses, among the custom
// ones, those that it has a setting for.
func newHeaders(scope constructs.Construct, headers map[string]string) awscloudfront.ResponseHeadersPolicy {
	on := jsii.Bool(true)
	security := &awscloudfront.ResponseSecurityHeadersBehavior{
		StrictTransportSecurity: &awscloudfront.ResponseHeadersStrictTransportSecurity{
			AccessControlMaxAge: awscdk.Duration_Days(jsii.Number(730)), IncludeSubdomains: on, Override: on,
		},
	}
	var custom []*awscloudfront.ResponseCustomHeader
	for _, name := range sorted(headers) {
		value := headers[name]
		switch name {
		case "content-security-policy":
			security.ContentSecurityPolicy = &awscloudfront.ResponseHeadersContentSecurityPolicy{ContentSecurityPolicy: &value, Override: on}
		case "x-content-type-options":
			security.ContentTypeOptions = &awscloudfront.ResponseHeadersContentTypeOptions{Override: on}
		case "x-frame-options":
			security.FrameOptions = &awscloudfront.ResponseHeadersFrameOptions{FrameOption: awscloudfront.HeadersFrameOption(value), Override: on}
		case "referrer-policy":
			policy := strings.ToUpper(strings.ReplaceAll(value, "-", "_"))
			security.ReferrerPolicy = &awscloudfront.ResponseHeadersReferrerPolicy{ReferrerPolicy: awscloudfront.HeadersReferrerPolicy(policy), Override: on}
		default:
			custom = append(custom, &awscloudfront.ResponseCustomHeader{Header: jsii.String(name), Value: &value, Override: on})
		}
	}
	return awscloudfront.NewResponseHeadersPolicy(scope, jsii.String("PageHeaders"), &awscloudfront.ResponseHeadersPolicyProps{
		Comment:                 jsii.String("Secured Pets: what the page may do"),
		SecurityHeadersBehavior: security,
		CustomHeadersBehavior:   &awscloudfront.ResponseCustomHeadersBehavior{CustomHeaders: &custom},
	})
}

func sorted(headers map[string]string) []string {
	var names []string
	for name := range headers {
		names = append(names, name)
	}
	slices.Sort(names)
	return names
}

// pageHeaders reads headersFile and fills in the origins that the page may connect
// to.
func pageHeaders(apiOrigin, issuer *string) (map[string]string, error) {
	content, err := os.ReadFile(headersFile)
	if err != nil {
		return nil, err
	}
	headers := map[string]string{}
	if err := json.Unmarshal(content, &headers); err != nil {
		return nil, err
	}
	fill := strings.NewReplacer("{api}", *apiOrigin, "{issuer}", *originOf(issuer))
	for name, value := range headers {
		headers[name] = fill.Replace(value)
	}
	return headers, nil
}

// originOf cuts an address after its host, when the stack is deployed. In a content
// security policy, an issuer's path without a slash at the end would allow that one
// address and nothing below it.
func originOf(address *string) *string {
	return awscdk.Fn_Join(jsii.String(""), &[]*string{
		jsii.String("https://"), awscdk.Fn_Select(jsii.Number(2), awscdk.Fn_Split(jsii.String("/"), address, nil)),
	})
}
