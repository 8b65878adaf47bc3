package contract

import "slices"

// CORSMethods returns the methods of all routes.
func CORSMethods() []string {
	var methods []string
	for _, r := range Routes() {
		if !slices.Contains(methods, r.Method) {
			methods = append(methods, r.Method)
		}
	}
	return methods
}

// CORSAllowHeaders returns the request headers that a page of another origin may send.
func CORSAllowHeaders() []string {
	return []string{
		"authorization", "content-type", "idempotency-key", "if-match",
		"x-amz-date", "x-api-key", "x-amz-security-token",
	}
}

// CORSExposeHeaders returns the response headers that a page of another origin may read.
func CORSExposeHeaders() []string {
	return []string{"etag", "link", "retry-after", "www-authenticate", "idempotency-replayed", "apigw-requestid"}
}
