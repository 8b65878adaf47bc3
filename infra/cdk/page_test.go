package main

import (
	"strings"
	"testing"
)

func TestPageBucketsArePrivate(t *testing.T) {
	environments(t, func(t *testing.T, _ bool, template template) {
		buckets := template.of("AWS::S3::Bucket")
		if len(buckets) != 2 {
			t.Errorf("%d buckets, want the page's and its logs'", len(buckets))
		}
		for id, bucket := range buckets {
			want := `{"BlockPublicAcls":true,"BlockPublicPolicy":true,"IgnorePublicAcls":true,"RestrictPublicBuckets":true}`
			if got := text(bucket.Properties["PublicAccessBlockConfiguration"]); got != want {
				t.Errorf("%s blocks %s, want %s", id, got, want)
			}
			if bucket.Properties["BucketEncryption"] == nil {
				t.Errorf("%s is not encrypted", id)
			}
		}
		for id, policy := range template.of("AWS::S3::BucketPolicy") {
			checkBucketPolicy(t, id, policy)
		}
	})
}

// Only this distribution reads a bucket, and requests without TLS are denied.
func checkBucketPolicy(t *testing.T, id string, policy resource) {
	t.Helper()
	statements, _ := at(policy.Properties, "PolicyDocument", "Statement").([]any)
	refused := false
	for _, s := range statements {
		principal, action, condition := text(at(s, "Principal")), text(at(s, "Action")), text(at(s, "Condition"))
		if at(s, "Effect") == "Deny" {
			refused = refused || strings.Contains(condition, `{"Bool":{"aws:SecureTransport":"false"}}`)
			continue
		}
		switch principal {
		case `{"Service":"cloudfront.amazonaws.com"}`:
			if action != `"s3:GetObject"` || !strings.Contains(condition, "AWS:SourceArn") || !strings.Contains(condition, "PageDistribution") {
				t.Errorf("%s allows CloudFront %s where %s", id, action, condition)
			}
		case `{"Service":"logging.s3.amazonaws.com"}`:
			if action != `"s3:PutObject"` || !strings.Contains(condition, "aws:SourceAccount") {
				t.Errorf("%s allows the log service %s where %s", id, action, condition)
			}
		default:
			t.Errorf("%s allows %s", id, principal)
		}
	}
	if !refused {
		t.Errorf("%s does not require TLS", id)
	}
}

func TestPageIsServedWithItsHeaders(t *testing.T) {
	environments(t, func(t *testing.T, _ bool, template template) {
		config := at(template.one(t, "AWS::CloudFront::ResponseHeadersPolicy").Properties, "ResponseHeadersPolicyConfig")
		policy := text(at(config, "SecurityHeadersConfig", "ContentSecurityPolicy", "ContentSecurityPolicy"))
		for _, want := range []string{
			"default-src 'none'", "script-src 'self'", "connect-src 'self' https://", `"Ref":"Api`, `{"Fn::Split":["/",{"Ref":"Issuer"}]}`,
			"frame-ancestors 'none'", "base-uri 'none'", "require-trusted-types-for 'script'",
		} {
			if !strings.Contains(policy, want) {
				t.Errorf("the content security policy lacks %s: %s", want, policy)
			}
		}
		for _, never := range []string{"unsafe-inline", "unsafe-eval", "*", "data:", "http:"} {
			if strings.Contains(policy, never) {
				t.Errorf("the content security policy allows %s", never)
			}
		}
		for _, want := range []string{
			`"AccessControlMaxAgeSec":63072000`, `"FrameOption":"DENY"`, `"ReferrerPolicy":"no-referrer"`, `"ContentTypeOptions":{"Override":true}`,
			`"Header":"permissions-policy"`, `"Header":"cross-origin-opener-policy"`,
		} {
			if !strings.Contains(text(config), want) {
				t.Errorf("the headers lack %s: %s", want, text(config))
			}
		}
	})
}

func TestDistribution(t *testing.T) {
	environments(t, func(t *testing.T, _ bool, template template) {
		config := at(template.one(t, "AWS::CloudFront::Distribution").Properties, "DistributionConfig")
		behavior := at(config, "DefaultCacheBehavior")
		if at(behavior, "ViewerProtocolPolicy") != "redirect-to-https" || at(behavior, "ResponseHeadersPolicyId", "Ref") == nil {
			t.Errorf("default behavior %s", text(behavior))
		}
		if at(config, "Origins", 0, "OriginAccessControlId") == nil {
			t.Errorf("no origin access control: %s", text(at(config, "Origins")))
		}
		if at(config, "Logging", "Bucket") == nil {
			t.Error("no access log of the page")
		}
	})
}
