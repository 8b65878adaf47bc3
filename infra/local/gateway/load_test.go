package gateway_test

import (
	"encoding/json"
	"net/http"
	"sync"
	"sync/atomic"
	"syscall"
	"testing"

	"example.com/securedpets/infra/local/lambda"
)

// Function processes are killed while eight clients call without a pause: a killed call is a 500 with API Gateway's body, at most one for each
// kill, and every other call is answered.
func TestKilledUnderLoad(t *testing.T) {
	server, _ := wholeStack(t, unlimited)
	const clients, each, kills = 8, 60, 6
	var failed, answered atomic.Int64
	pids := make(chan int, clients*each)
	var group sync.WaitGroup
	for range clients {
		group.Go(func() {
			for range each {
				status, _, body := ask(t, server.URL, http.MethodGet, "/pets?do=pid")
				var process struct{ PID int }
				switch {
				case status == http.StatusOK && json.Unmarshal([]byte(body), &process) == nil && process.PID > 0:
					answered.Add(1)
					pids <- process.PID
				case status == http.StatusInternalServerError && body == `{"message":"Internal Server Error"}`:
					failed.Add(1)
				default:
					t.Errorf("%d %s", status, body)
				}
			}
		})
	}
	go func() {
		group.Wait()
		close(pids)
	}()
	processes := map[int]bool{}
	for pid := range pids {
		if !processes[pid] && len(processes) < kills {
			_ = syscall.Kill(pid, syscall.SIGKILL) // it may have ended between its answer and now
		}
		processes[pid] = true
	}
	if failed.Load() > kills || failed.Load()+answered.Load() != clients*each {
		t.Errorf("%d failed and %d answered of %d, with %d kills", failed.Load(), answered.Load(), clients*each, kills)
	}
	if len(processes) <= kills || len(processes) > lambda.DefaultLimit+kills {
		t.Errorf("%d processes served, with %d kills", len(processes), kills)
	}
}
