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

// parentVariable makes this test program one that runs functions and then waits to be killed.
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
	answer, err := r.Invoke(context.Background(), arn, "", event)
	if err != nil {
		panic(err)
	}
	var got report
	if err := json.Unmarshal(answer, &got); err != nil {
		panic(err)
	}
	fmt.Println(got.PID)
	select {}
}

// When this program is killed in a way it cannot notice, the kernel takes the functions along.
func TestParentKilled(t *testing.T) {
	if runtime.GOOS != "linux" {
		t.Skip("only Linux tells a child that its parent has died")
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
