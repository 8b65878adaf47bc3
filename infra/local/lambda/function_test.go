package lambda_test

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"strings"
	"testing"
	"time"

	runtime "github.com/aws/aws-lambda-go/lambda"
	"github.com/aws/aws-lambda-go/lambdacontext"
)

// TestMain makes the test binary a function too: started with the address of a Runtime API, it does
// what its handler's name says.
func TestMain(m *testing.M) {
	switch {
	case os.Getenv(parentVariable) != "":
		beParent()
	case os.Getenv("AWS_LAMBDA_RUNTIME_API") == "":
		os.Exit(m.Run())
	}
	switch os.Getenv("_HANDLER") {
	case "never-starts":
		fmt.Fprintln(os.Stderr, "missing setting: TABLE_NAME")
		os.Exit(1)
	case "starts-slowly":
		time.Sleep(time.Hour)
	case "stand-in": // the test itself speaks to the Runtime API
		fmt.Println("address", os.Getenv("AWS_LAMBDA_RUNTIME_API"))
		time.Sleep(time.Hour)
	case "child":
		startChild()
	}
	runtime.Start(handle)
}

// An order is an event: what the function does.
type order struct {
	Do   string
	Name string
	Size int
	Wait string // a file: wait until it exists
}

type report struct {
	PID, Child  int
	Calls       int
	Environment []string
	Context     *lambdacontext.LambdaContext
	Trace       string
	Left        time.Duration
	Text        string
}

var calls, childPID int

// startChild starts a process that keeps the output open.
func startChild() {
	child := exec.Command("/bin/sleep", "600")
	child.Stdout = os.Stdout
	if err := child.Start(); err != nil {
		panic(err)
	}
	childPID = child.Process.Pid
}

func handle(ctx context.Context, o order) (report, error) {
	calls++
	switch o.Do {
	case "crash":
		os.Exit(3)
	case "panic":
		panic("secret@example.com")
	case "fail":
		return report{}, errors.New("secret@example.com")
	case "hang":
		time.Sleep(time.Hour)
	case "log":
		fmt.Println("one\r\ntwo\n" + strings.Repeat("x", 256<<10))
		fmt.Fprint(os.Stderr, "three")
	case "note":
		fmt.Println("ran", o.Name)
	case "wait":
		fmt.Println("entered")
		for {
			if _, err := os.Stat(o.Wait); err == nil {
				break
			}
			time.Sleep(time.Millisecond)
		}
	}
	deadline, _ := ctx.Deadline()
	lc, _ := lambdacontext.FromContext(ctx)
	return report{
		PID: os.Getpid(), Child: childPID, Calls: calls, Environment: os.Environ(), Context: lc, Trace: os.Getenv("_X_AMZN_TRACE_ID"),
		Left: time.Until(deadline), Text: strings.Repeat("x", o.Size),
	}, nil
}
