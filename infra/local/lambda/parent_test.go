package lambda_test

import (
	"bufio"
	"context"
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"runtime"
	"strconv"
	"strings"
	"testing"

	"example.com/securedpets/infra/local/lambda"
)

// parentVariable makes the test binary run a function and wait until it is killed.
const parentVariable = "LAMBDA_TEST_PARENT"

func beParent() {
	program, err := os.Executable()
	if err != nil {
		panic(err)
	}
	r, err := lambda.New(lambda.Config{Region: "eu-west-1"}, lambda.Function{Name: "Test", ARN: arn, Program: program})
	if err != nil {
		panic(err)
	}
	event, _ := json.Marshal(order{})
	response, err := r.Invoke(context.Background(), arn, "", event)
	if err != nil {
		panic(err)
	}
	var got report
	if err := json.Unmarshal(response, &got); err != nil {
		panic(err)
	}
	fmt.Println(got.PID)
	select {}
}

// When this program is killed by SIGKILL, the kernel kills the functions.
func TestParentKilled(t *testing.T) {
	if runtime.GOOS != "linux" {
		t.Skip("needs Linux: only its kernel kills the children of a dead process")
	}
	parent := exec.Command(os.Args[0])
	parent.Env = append(os.Environ(), parentVariable+"=1")
	out, err := parent.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := parent.Start(); err != nil {
		t.Fatal(err)
	}
	line, err := bufio.NewReader(out).ReadString('\n')
	if err != nil {
		t.Fatal(err)
	}
	pid, err := strconv.Atoi(strings.TrimSpace(line))
	if err != nil || !alive(pid) {
		t.Fatalf("function process %q: %v", line, err)
	}
	kill(t, parent.Process.Pid)
	_ = parent.Wait()
	eventually(t, "the function process is gone", func() bool { return !alive(pid) })
}
