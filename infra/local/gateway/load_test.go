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

// Killing function processes under load causes at most one 500 per kill; every
// other call succeeds.
func TestKilledUnderLoad(t *testing.T) {
	server, _ := wholeStack(t, unlimited)
	const clients, each, kills = 8, 60, 6
	var failed, succeeded atomic.Int64
	pids := make(chan int, clients*each)
	var group sync.WaitGroup
	for range clients {
		group.Go(func() {
			for range each {
				status, _, body := call(t, server.URL, http.MethodGet, "/pets?do=pid")
				var process struct{ PID int }
				switch {
				case status == http.StatusOK && json.Unmarshal([]byte(body), &process) == nil && process.PID > 0:
					succeeded.Add(1)
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
			_ = syscall.Kill(pid, syscall.SIGKILL) // it may have ended by now
		}
		processes[pid] = true
	}
	if failed.Load() > kills || failed.Load()+succeeded.Load() != clients*each {
		t.Errorf("%d failed and %d succeeded of %d, with %d kills", failed.Load(), succeeded.Load(), clients*each, kills)
	}
	if len(processes) <= kills || len(processes) > lambda.DefaultLimit+kills {
		t.Errorf("%d processes served, with %d kills", len(processes), kills)
	}
}
