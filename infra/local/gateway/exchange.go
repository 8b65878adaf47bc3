package gateway

import (
	"crypto/rand"
	"encoding/base64"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"strings"
	"time"
	"unicode/utf8"

	"example.com/securedpets/infra/local/template"
	"example.com/securedpets/pkg/jwtauth"
)

// Quotas.
// https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-quotas.html
const (
	maxBody        = 10 << 20
	maxEvent       = 6 << 20 // of Lambda, which a body below maxBody can exceed
	maxHeaderBytes = 10240   // the request line and all header lines together
)

// exchange is one request with everything learned while it is served.
type exchange struct {
	api   *template.API
	in    *http.Request
	id    string // $context.requestId, and the header apigw-requestid
	trace string
	start time.Time

	path       string // decoded, as the client sent it
	stage      *stage
	stagePath  string // path without the name of the stage
	route      *route
	parameters map[string]string
	token      *jwtauth.Token // nil on a public route
	body       []byte

	authorizerError    string
	integrationError   string
	integrationStatus  int
	integrationLatency time.Duration
	invoked            time.Time
	response           *response
	end                time.Time
}

func newExchange(api *template.API, in *http.Request, now time.Time) *exchange {
	return &exchange{api: api, in: in, id: requestID(), trace: traceID(now), start: now, path: in.URL.Path}
}

// requestID returns 16 characters of base64 that end in "=", as API Gateway
// does.
func requestID() string {
	var b [11]byte
	_, _ = rand.Read(b[:]) // never fails
	return base64.URLEncoding.EncodeToString(b[:])
}

// traceID returns a value of x-amzn-trace-id.
// https://docs.aws.amazon.com/xray/latest/devguide/xray-concepts.html#xray-concepts-tracingheader
func traceID(now time.Time) string {
	var b [12]byte
	_, _ = rand.Read(b[:]) // never fails
	return fmt.Sprintf("Root=1-%08x-%s", now.Unix(), hex.EncodeToString(b[:]))
}

// headerBytes returns the size of the request line and the header lines.
func (x *exchange) headerBytes() int {
	const requestLine = len("  HTTP/1.1\r\n")
	const line = len(": \r\n")
	total := len(x.in.Method) + len(x.in.RequestURI) + requestLine + len("Host") + len(x.in.Host) + line
	for name, values := range x.in.Header {
		for _, value := range values {
			total += len(name) + len(value) + line
		}
	}
	return total
}

// validPath reports whether the decoded path is UTF-8, as the JSON of an event
// requires [open].
func (x *exchange) validPath() bool {
	return strings.HasPrefix(x.path, "/") && utf8.ValidString(x.path)
}

// readBody reads at most maxBody bytes.
func (x *exchange) readBody() *response {
	body, err := io.ReadAll(http.MaxBytesReader(nil, x.in.Body, maxBody))
	var tooLarge *http.MaxBytesError
	if errors.As(err, &tooLarge) {
		return refusal(bodyTooLarge)
	}
	if err != nil { // disconnected, or a malformed chunk
		return refusal(badRequest)
	}
	x.body = body
	return nil
}

func (x *exchange) sourceIP() string {
	host, _, err := net.SplitHostPort(x.in.RemoteAddr)
	if err != nil {
		return x.in.RemoteAddr
	}
	return host
}

// domain returns the host without the port, and its first label.
func (x *exchange) domain() (name, prefix string) {
	name = x.in.Host
	if host, _, err := net.SplitHostPort(name); err == nil {
		name = host
	}
	prefix, _, _ = strings.Cut(name, ".")
	return name, prefix
}

func (x *exchange) time() string { return x.start.UTC().Format("02/Jan/2006:15:04:05 +0000") }
