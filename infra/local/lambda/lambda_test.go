package lambda_test

import (
	"context"
	"encoding/json"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"example.com/securedpets/infra/local/lambda"
)

const arn = "arn:aws:lambda:us-east-1:123456789012:function:Test"

// notes collects log lines.
type notes struct {
	mu    sync.Mutex
	lines []string
}

func (n *notes) add(function, line string) {
	n.mu.Lock()
	defer n.mu.Unlock()
	n.lines = append(n.lines, function+": "+line)
}

func (n *notes) text() string {
	n.mu.Lock()
	defer n.mu.Unlock()
	return strings.Join(n.lines, "\n")
}

// start runs this test program as the function Test.
func start(t testing.TB, change func(*lambda.Config, *lambda.Function)) (*lambda.Runtime, *notes) {
	t.Helper()
	program, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	log := &notes{}
	config := lambda.Config{Region: "eu-west-1", Log: log.add}
	function := lambda.Function{Name: "Test", ARN: arn, Program: program, Timeout: 20 * time.Second}
	if change != nil {
		change(&config, &function)
	}
	r, err := lambda.New(config, function)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(r.Close)
	return r, log
}

func call(t testing.TB, r *lambda.Runtime, o order) (report, error) {
	t.Helper()
	event, err := json.Marshal(o)
	if err != nil {
		t.Fatal(err)
	}
	response, err := r.Invoke(context.Background(), arn, "Root=1-2-3", event)
	if err != nil {
		return report{}, err
	}
	var got report
	if err := json.Unmarshal(response, &got); err != nil {
		t.Fatalf("response %s: %v", response, err)
	}
	return got, nil
}

func TestReuse(t *testing.T) {
	r, _ := start(t, nil)
	first, err := call(t, r, order{})
	if err != nil {
		t.Fatal(err)
	}
	for range 50 {
		again, err := call(t, r, order{})
		if err != nil || again.PID != first.PID {
			t.Fatalf("pid %d, %v; want the process of the first call, %d", again.PID, err, first.PID)
		}
	}
}

func TestContextOfAnInvocation(t *testing.T) {
	r, _ := start(t, func(_ *lambda.Config, f *lambda.Function) { f.Timeout = 7 * time.Second })
	event, _ := json.Marshal(order{})
	response, err := r.Invoke(t.Context(), arn+":live", "Root=1-2-3", event)
	if err != nil {
		t.Fatal(err)
	}
	var got report
	if err := json.Unmarshal(response, &got); err != nil {
		t.Fatal(err)
	}
	if got.Left > 7*time.Second || got.Left < 4*time.Second {
		t.Errorf("%v left, want almost 7s", got.Left)
	}
	if got.Context.InvokedFunctionArn != arn+":live" || len(got.Context.AwsRequestID) != 36 {
		t.Errorf("context %+v", got.Context)
	}
	if got.Trace != "Root=1-2-3" {
		t.Errorf("trace %q", got.Trace)
	}
}

// Each failure leaves the next call a new process that works.
func TestFailures(t *testing.T) {
	const timeout = 20 * time.Second
	large := strings.Repeat("x", lambda.PayloadLimit)
	cases := []struct {
		name    string
		order   order
		timeout time.Duration
		wantErr error
	}{
		{"exit", order{Do: "crash"}, timeout, lambda.ErrExited},
		{"timeout", order{Do: "hang"}, time.Second, lambda.ErrTimeout},
		{"event too large", order{Name: large}, timeout, lambda.ErrTooLarge},
		{"response too large", order{Size: lambda.PayloadLimit}, timeout, lambda.ErrTooLarge},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			r, _ := start(t, func(_ *lambda.Config, f *lambda.Function) { f.Timeout = c.timeout })
			if _, err := call(t, r, c.order); !errors.Is(err, c.wantErr) {
				t.Fatalf("error %v, want %v", err, c.wantErr)
			}
			if got, err := call(t, r, order{}); err != nil || got.Calls != 1 {
				t.Fatalf("next call: %+v, %v; want the first call of a new process", got.Calls, err)
			}
		})
	}
}

// A function's error keeps its type; its text is not in Error.
func TestFunctionError(t *testing.T) {
	for _, do := range []string{"fail", "panic"} {
		r, _ := start(t, nil)
		_, err := call(t, r, order{Do: do})
		var reported *lambda.FunctionError
		if !errors.As(err, &reported) || reported.Message != "secret@example.com" || reported.Type == "" {
			t.Errorf("%s: error %#v", do, err)
		}
		if strings.Contains(err.Error(), "secret") {
			t.Errorf("%s: the function's text leaks: %v", do, err)
		}
		if _, err := call(t, r, order{}); err != nil {
			t.Errorf("%s: next call: %v", do, err)
		}
	}
}

func TestStartFailures(t *testing.T) {
	cases := []struct {
		name    string
		change  func(*lambda.Config, *lambda.Function)
		wantLog string
	}{
		{"ends at once", func(_ *lambda.Config, f *lambda.Function) { f.Handler = "never-starts" }, "missing setting: TABLE_NAME"},
		{"is not ready in time", func(c *lambda.Config, f *lambda.Function) {
			f.Handler, c.InitTimeout = "starts-slowly", 300*time.Millisecond
		}, "not ready after 300ms"},
		{"ends at once without output", func(_ *lambda.Config, f *lambda.Function) { f.Program = "/bin/true" }, "it ended before its first request: exit status 0"},
		{"does not exist", func(_ *lambda.Config, f *lambda.Function) { f.Program = "/missing/bootstrap" }, "could not be started"},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			r, log := start(t, c.change)
			for range 2 {
				if _, err := call(t, r, order{}); !errors.Is(err, lambda.ErrInit) {
					t.Fatalf("error %v, want %v", err, lambda.ErrInit)
				}
			}
			if !strings.Contains(log.text(), c.wantLog) {
				t.Errorf("log %q, want %q in it", log.text(), c.wantLog)
			}
		})
	}
}

// Every problem is reported at once.
func TestNew(t *testing.T) {
	good := lambda.Function{Name: "A", ARN: arn, Program: "/bin/true"}
	_, err := lambda.New(lambda.Config{}, lambda.Function{Name: "B"}, good, good)
	for _, want := range []string{
		"lambda: Config.Region is required", `lambda: function "B": ARN is required`, `lambda: function "B": Program is required`, "lambda: duplicate function A",
	} {
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("error %v, want %q in it", err, want)
		}
	}
}

func TestUnknownFunction(t *testing.T) {
	r, _ := start(t, nil)
	if _, err := r.Invoke(t.Context(), arn+"Other", "", nil); !errors.Is(err, lambda.ErrUnknown) {
		t.Errorf("error %v", err)
	}
}

func TestLogLines(t *testing.T) {
	r, log := start(t, nil)
	if _, err := call(t, r, order{Do: "log"}); err != nil {
		t.Fatal(err)
	}
	r.Close()
	if got, want := log.text(), "Test: one\nTest: two\nTest: "+strings.Repeat("x", 256<<10)+"\nTest: three"; got != want {
		t.Errorf("log of %d bytes: %.100q", len(got), got)
	}
}

// The environment is Lambda's, the function's and the configuration's, not the laptop's.
func TestEnvironment(t *testing.T) {
	t.Setenv("LAPTOP_SECRET", "x")
	t.Setenv("AWS_PROFILE", "production")
	r, _ := start(t, func(c *lambda.Config, f *lambda.Function) {
		f.Environment = map[string]string{"TABLE_NAME": "pets", "AWS_REGION": "forged"}
		f.Memory, f.LogFormat, f.LogLevel = 256, "JSON", "INFO"
		c.Environment = map[string]string{"AWS_ENDPOINT_URL_DYNAMODB": "http://127.0.0.1:1"}
	})
	got, err := call(t, r, order{})
	if err != nil {
		t.Fatal(err)
	}
	names, values := []string{}, map[string]string{}
	for _, variable := range got.Environment {
		name, value, _ := strings.Cut(variable, "=")
		names, values[name] = append(names, name), value
	}
	want := "AWS_ACCESS_KEY_ID AWS_DEFAULT_REGION AWS_ENDPOINT_URL_DYNAMODB AWS_LAMBDA_FUNCTION_MEMORY_SIZE AWS_LAMBDA_FUNCTION_NAME " +
		"AWS_LAMBDA_FUNCTION_VERSION AWS_LAMBDA_INITIALIZATION_TYPE AWS_LAMBDA_LOG_FORMAT AWS_LAMBDA_LOG_GROUP_NAME AWS_LAMBDA_LOG_LEVEL " +
		"AWS_LAMBDA_LOG_STREAM_NAME AWS_LAMBDA_RUNTIME_API AWS_REGION AWS_SECRET_ACCESS_KEY AWS_SESSION_TOKEN LAMBDA_RUNTIME_DIR " +
		"LAMBDA_TASK_ROOT LANG LD_LIBRARY_PATH PATH TABLE_NAME TZ _HANDLER _X_AMZN_TRACE_ID"
	if strings.Join(names, " ") != want {
		t.Errorf("variables\n%s, want\n%s", strings.Join(names, " "), want)
	}
	for name, value := range map[string]string{
		"AWS_REGION": "eu-west-1", "AWS_LAMBDA_FUNCTION_NAME": "Test", "AWS_LAMBDA_FUNCTION_MEMORY_SIZE": "256", "TABLE_NAME": "pets",
		"AWS_LAMBDA_LOG_GROUP_NAME": "/aws/lambda/Test", "LAMBDA_TASK_ROOT": filepath.Dir(os.Args[0]),
	} {
		if values[name] != value {
			t.Errorf("%s is %q, want %q", name, values[name], value)
		}
	}
}
