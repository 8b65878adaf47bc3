package lambda_test

import (
	"context"
	"errors"
	"io"
	"net/http"
	"strings"
	"testing"
	"time"

	"example.com/securedpets/infra/local/lambda"
)

// standIn starts a program that does nothing, so that the test can use its Runtime API. The test
// gets the invocation that started it; the result comes on the channel.
func standIn(t *testing.T) (api string, outcome chan error) {
	t.Helper()
	r, log := start(t, func(c *lambda.Config, f *lambda.Function) { f.Handler, c.Limit = "stand-in", 1 })
	outcome = make(chan error, 1)
	go func() {
		_, err := r.Invoke(t.Context(), arn, "Root=1-2-3", []byte(`{"in":1}`))
		outcome <- err
	}()
	eventually(t, "the program prints the address of its Runtime API", func() bool { return strings.Contains(log.text(), "address ") })
	_, address, _ := strings.Cut(log.text(), "address ")
	return "http://" + strings.TrimSpace(address) + "/2018-06-01/runtime", outcome
}

func talk(t *testing.T, method, url, body string, headers ...string) (*http.Response, string) {
	t.Helper()
	in, err := http.NewRequestWithContext(t.Context(), method, url, strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	for at := 0; at+1 < len(headers); at += 2 {
		if headers[at] == "Host" {
			in.Host = headers[at+1]
		}
		in.Header.Set(headers[at], headers[at+1])
	}
	out, err := http.DefaultClient.Do(in)
	if err != nil {
		t.Fatal(err)
	}
	defer out.Body.Close()
	text, err := io.ReadAll(out.Body)
	if err != nil {
		t.Fatal(err)
	}
	return out, string(text)
}

func TestRuntimeAPI(t *testing.T) {
	api, outcome := standIn(t)
	next, event := talk(t, "GET", api+"/invocation/next", "")
	id := next.Header.Get("Lambda-Runtime-Aws-Request-Id")
	if next.StatusCode != http.StatusOK || event != `{"in":1}` || len(id) != 36 || next.Header.Get("Lambda-Runtime-Invoked-Function-Arn") != arn ||
		next.Header.Get("Lambda-Runtime-Trace-Id") != "Root=1-2-3" || len(next.Header.Get("Lambda-Runtime-Deadline-Ms")) != 13 {
		t.Fatalf("next: %d %v %s", next.StatusCode, next.Header, event)
	}
	cases := []struct {
		method, path string
		headers      []string
		status       int
	}{
		// Unknown ids, unknown paths and wrong methods change nothing.
		{"POST", "/invocation/other/response", nil, 400},
		{"POST", "/invocation/other/error", nil, 400},
		{"GET", "/invocation/" + id + "/response", nil, 405},
		{"POST", "/invocation/next", nil, 405},
		{"GET", "/../../etc/passwd", nil, 404},
		{"POST", "/restore/next", nil, 404},
		// A page in a browser is rejected.
		{"POST", "/invocation/" + id + "/response", []string{"Origin", "https://evil.example"}, 403},
		{"POST", "/invocation/" + id + "/response", []string{"Host", "evil.example"}, 403},
		{"GET", "/invocation/next", []string{"Host", "localhost"}, 403},
	}
	for _, c := range cases {
		if out, body := talk(t, c.method, api+c.path, "{}", c.headers...); out.StatusCode != c.status {
			t.Errorf("%s %s %q: %d %s, want %d", c.method, c.path, c.headers, out.StatusCode, body, c.status)
		}
	}
	select {
	case err := <-outcome:
		t.Fatalf("a bad request finished the invocation: %v", err)
	default:
	}
	if out, body := talk(t, "POST", api+"/invocation/"+id+"/response", `{}`); out.StatusCode != http.StatusAccepted || body != "{\"status\":\"OK\"}\n" {
		t.Errorf("response: %d %s", out.StatusCode, body)
	}
	if err := <-outcome; err != nil {
		t.Errorf("outcome %v", err)
	}
}

// The first result counts.
func TestSecondResult(t *testing.T) {
	api, outcome := standIn(t)
	next, _ := talk(t, "GET", api+"/invocation/next", "")
	id := next.Header.Get("Lambda-Runtime-Aws-Request-Id")
	talk(t, "POST", api+"/invocation/"+id+"/error", `{"errorType":"First","errorMessage":"m"}`)
	talk(t, "POST", api+"/invocation/"+id+"/response", `{}`)
	var reported *lambda.FunctionError
	if err := <-outcome; !errors.As(err, &reported) || reported.Type != "First" {
		t.Errorf("outcome %v", err)
	}
}

// A malformed error report is an error, with the type of its header.
func TestErrorHeader(t *testing.T) {
	api, outcome := standIn(t)
	next, _ := talk(t, "GET", api+"/invocation/next", "")
	talk(t, "POST", api+"/invocation/"+next.Header.Get("Lambda-Runtime-Aws-Request-Id")+"/error", `oops`, "Lambda-Runtime-Function-Error-Type", "Runtime.Odd")
	var reported *lambda.FunctionError
	if err := <-outcome; !errors.As(err, &reported) || reported.Type != "Runtime.Odd" {
		t.Errorf("outcome %v", err)
	}
}

// A request for the next event without a response to the last one counts as a crash.
func TestNextWithoutResponse(t *testing.T) {
	api, outcome := standIn(t)
	talk(t, "GET", api+"/invocation/next", "")
	ctx, cancel := context.WithCancel(t.Context())
	asked := make(chan struct{})
	go func() {
		defer close(asked)
		in, err := http.NewRequestWithContext(ctx, http.MethodGet, api+"/invocation/next", nil)
		if err != nil {
			t.Error(err)
			return
		}
		if out, err := http.DefaultClient.Do(in); err == nil {
			out.Body.Close()
			t.Error("there was a second event")
		}
	}()
	if err := <-outcome; !errors.Is(err, lambda.ErrExited) {
		t.Errorf("outcome %v, want %v", err, lambda.ErrExited)
	}
	cancel()
	<-asked
}

// A program's init error is the error of the call that started it.
func TestInitError(t *testing.T) {
	r, log := start(t, func(c *lambda.Config, f *lambda.Function) { f.Handler, c.InitTimeout = "stand-in", time.Second })
	outcome := make(chan error, 1)
	go func() {
		_, err := r.Invoke(t.Context(), arn, "", nil)
		outcome <- err
	}()
	eventually(t, "the program prints the address of its Runtime API", func() bool { return strings.Contains(log.text(), "address ") })
	_, address, _ := strings.Cut(log.text(), "address ")
	if out, _ := talk(t, "POST", "http://"+strings.TrimSpace(address)+"/2018-06-01/runtime/init/error", `{"errorType":"Runtime.BadSetting"}`); out.StatusCode != http.StatusAccepted {
		t.Errorf("init error: %d", out.StatusCode)
	}
	err := <-outcome
	var reported *lambda.FunctionError
	if !errors.Is(err, lambda.ErrInit) || !errors.As(err, &reported) || reported.Type != "Runtime.BadSetting" {
		t.Errorf("outcome %v", err)
	}
}
