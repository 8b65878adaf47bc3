package main

import (
	"encoding/json"
	"maps"
	"net/http"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"example.com/securedpets/functions/contract"
	"example.com/securedpets/functions/internal/dynamo/dynamotest"
	ft "example.com/securedpets/functions/internal/functiontest"
	jt "example.com/securedpets/pkg/jwtauth/jwtauthtest"
)

// metrics adds up what the function has reported; reasons stand behind a colon.
func metrics(t *testing.T, log string) map[string]float64 {
	t.Helper()
	sums := map[string]float64{}
	for text := range strings.Lines(log) {
		var line map[string]any
		if err := json.Unmarshal([]byte(text), &line); err != nil {
			t.Fatalf("%q: %v", text, err)
		}
		if line["_aws"] == nil {
			continue
		}
		for name, value := range line {
			n, isNumber := value.(float64)
			if reason, ok := line[contract.MetricReason].(string); ok {
				name += ":" + reason
			}
			if isNumber {
				sums[name] += n
			}
		}
	}
	return sums
}

func TestMetrics(t *testing.T) {
	s := openTable(t, dog, cat)
	lost := make(chan dynamotest.Fault, 1)
	lost <- dynamotest.Lost
	network := &dynamotest.Faults{Plan: func(_ int, operation string) dynamotest.Fault {
		if operation != "TransactWriteItems" {
			return dynamotest.None
		}
		select {
		case fault := <-lost:
			return fault
		default:
			return dynamotest.None
		}
	}}
	s.f = s.function(t, dynamotest.Proxy(t, network))
	s.post(t, s.buyer("ann"), key("k"))
	s.post(t, s.buyer("ann"), key("k"))
	s.post(t, s.buyer("bob"))
	s.post(t, s.plainBuyer())
	s.post(t, s.plainBuyer(), withAuthToken(t, ""))
	s.post(t, s.buyer("ann", jt.Claim("gty", "client-credentials")))
	s.post(t, ft.Header("authorization", ""))
	want := map[string]float64{
		contract.MetricColdStart: 1, contract.MetricKeysFetched: 1,
		contract.MetricPetSold: 1, contract.MetricAmbiguousCommitResolved: 1,
		contract.MetricIdempotentReplay:                1,
		contract.MetricPetUnavailable:                  1,
		contract.MetricAuthRefused + ":invalid_claims": 1,
		contract.MetricAuthRefused + ":missing_token":  2,
		contract.MetricAuthRefused + ":forbidden":      1,
	}
	if diff := cmp.Diff(want, metrics(t, s.f.Log())); diff != "" {
		t.Errorf("metrics (-want +got):\n%s", diff)
	}
}

func iam(event map[string]any) map[string]any {
	context, _ := event["requestContext"].(map[string]any)
	context["authorizer"] = map[string]any{"iam": map[string]any{
		"accessKey": "ASIAEXAMPLE", "accountId": "123456789012", "callerId": "AROAEXAMPLE:ann",
		"userArn": "arn:aws:sts::123456789012:assumed-role/auth0-api-social-role/ann", "userId": "AROAEXAMPLE:ann",
	}}
	return event
}

// signed is a purchase as an API with AWS_IAM routes passes it on.
func signed(t *testing.T, edits ...ft.Edit) string {
	t.Helper()
	edits = append([]ft.Edit{ft.Header("authorization", "AWS4-HMAC-SHA256 Credential=ASIAEXAMPLE/20260310/eu-central-1/execute-api/aws4_request")}, edits...)
	text, err := json.Marshal(ft.Event(t, "purchase", edits...))
	if err != nil {
		t.Fatal(err)
	}
	var event map[string]any
	if err := json.Unmarshal(text, &event); err != nil {
		t.Fatal(err)
	}
	if text, err = json.Marshal(iam(maps.Clone(event))); err != nil {
		t.Fatal(err)
	}
	return string(text)
}

func TestIAM(t *testing.T) {
	on := map[string]string{"IAM_AUTHORIZED": "true"}
	for _, tt := range []struct {
		name   string
		env    map[string]string
		edits  func(s shop) []ft.Edit
		status int
		body   string
	}{
		{"the buyer is whom the ID token names", on, func(s shop) []ft.Edit { return []ft.Edit{withAuthToken(t, s.idToken())} }, http.StatusOK, annsDog},
		{"IAM knows a role, not a buyer", on, func(shop) []ft.Edit { return nil }, http.StatusUnauthorized, noBuyer},
		{"a bad ID token", on, func(s shop) []ft.Edit {
			return []ft.Edit{withAuthToken(t, s.idToken(jt.Claim("email_verified", false)))}
		}, http.StatusUnauthorized, noBuyer},
		{"not where no such API is", nil, func(s shop) []ft.Edit { return []ft.Edit{withAuthToken(t, s.idToken())} }, http.StatusUnauthorized, ft.Unauthorized},
		{"off", map[string]string{"IAM_AUTHORIZED": "false"}, func(s shop) []ft.Edit { return []ft.Edit{withAuthToken(t, s.idToken())} }, http.StatusUnauthorized, ft.Unauthorized},
	} {
		s := open(t, dog, cat)
		s.f = s.function(t, tt.env)
		resp := s.f.Invoke(t.Context(), t, signed(t, tt.edits(s)...))
		ft.Want(t, tt.name, resp, tt.status, tt.body)
		if resp.Headers["cache-control"] != "no-store" {
			t.Errorf("%s: cache-control %q, want no-store", tt.name, resp.Headers["cache-control"])
		}
	}
}

func TestIAMDoesNotReplaceTheToken(t *testing.T) {
	s := open(t, dog, cat)
	s.f = s.function(t, map[string]string{"IAM_AUTHORIZED": "true"})
	// A client can send such headers; it cannot fill requestContext.
	resp := s.post(t, ft.Header("authorization", "AWS4-HMAC-SHA256 Credential=x"), withAuthToken(t, s.idToken()))
	ft.Want(t, "a signature that was not checked", resp, http.StatusUnauthorized, ft.Unauthorized)
	ft.Want(t, "the JWT route still works", s.post(t, s.buyer("ann")), http.StatusOK, annsDog)
}
