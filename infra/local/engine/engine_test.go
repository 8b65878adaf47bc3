package engine_test

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"io"
	"io/fs"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"testing"

	"example.com/securedpets/infra/local/engine"
	"example.com/securedpets/infra/local/lines"
	"example.com/securedpets/infra/local/localtest"
	"example.com/securedpets/infra/local/template"
)

const modules = "../node_modules"

func petsTable() template.Table {
	return template.Table{
		Name: "Pets",
		CreateTable: json.RawMessage(`{"TableName":"Pets","BillingMode":"PAY_PER_REQUEST",
			"AttributeDefinitions":[{"AttributeName":"username","AttributeType":"S"},{"AttributeName":"petId","AttributeType":"N"}],
			"KeySchema":[{"AttributeName":"username","KeyType":"HASH"},{"AttributeName":"petId","KeyType":"RANGE"}]}`),
		UpdateTimeToLive: json.RawMessage(`{"TableName":"Pets","TimeToLiveSpecification":{"Enabled":true,"AttributeName":"expiresAt"}}`),
	}
}

// program returns the engine's program, or skips the test.
func program(t *testing.T) string {
	t.Helper()
	path, err := engine.Find(modules)
	if err != nil {
		localtest.Skip(t, err.Error())
	}
	return path
}

func folder(t *testing.T) *engine.Folder {
	t.Helper()
	data, err := engine.OpenFolder(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = data.Close() })
	return data
}

func start(t *testing.T, data *engine.Folder) *engine.Engine {
	t.Helper()
	var log bytes.Buffer
	e, err := engine.Start(t.Context(), program(t), data, &log)
	if err != nil {
		t.Fatalf("%v\n%s", err, log.String())
	}
	t.Cleanup(e.Stop)
	return e
}

func TestTablesAreCreatedOnceAndKept(t *testing.T) {
	data := folder(t)
	first := start(t, data)
	for range 2 {
		if err := first.CreateTable(t.Context(), petsTable()); err != nil {
			t.Fatal(err)
		}
	}
	first.Stop()
	select {
	case <-first.Exited():
	default:
		t.Fatal("Stop returned while the process runs")
	}

	other := petsTable()
	other.CreateTable = bytes.ReplaceAll(other.CreateTable, []byte("petId"), []byte("number"))
	if err := start(t, data).CreateTable(t.Context(), other); !errors.Is(err, engine.ErrOtherTable) {
		t.Fatalf("after a restart, a table with other keys: %v, want ErrOtherTable", err)
	}
}

// A table that an earlier version filled stops the stack before it serves anything.
func TestEarlierLayout(t *testing.T) {
	dir := t.TempDir()
	data, err := engine.OpenFolder(dir)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = data.Close() })
	e := start(t, data)
	if err := e.CreateTable(t.Context(), petsTable()); err != nil {
		t.Fatal(err)
	}
	put := func(petID string) {
		t.Helper()
		body := `{"TableName":"Pets","Item":{"username":{"S":"default"},"petId":{"N":"` + petID + `"},"version":{"N":"1"}}}`
		request, err := http.NewRequestWithContext(t.Context(), http.MethodPost, e.Endpoint, strings.NewReader(body))
		if err != nil {
			t.Fatal(err)
		}
		request.Header.Set("Content-Type", "application/x-amz-json-1.0")
		request.Header.Set("X-Amz-Target", "DynamoDB_20120810.PutItem")
		request.Header.Set("Authorization", "AWS4-HMAC-SHA256 Credential=local/20260101/us-east-1/dynamodb/aws4_request, SignedHeaders=host, Signature=0")
		request.Header.Set("X-Amz-Date", "20260101T000000Z")
		response, err := http.DefaultClient.Do(request)
		if err != nil {
			t.Fatal(err)
		}
		defer func() { _ = response.Body.Close() }()
		if response.StatusCode != http.StatusOK {
			t.Fatalf("put: %d", response.StatusCode)
		}
	}
	put("1")
	if err := e.CreateTable(t.Context(), petsTable()); err != nil {
		t.Fatalf("a table with a pet: %v", err)
	}
	put("0")
	err = e.CreateTable(t.Context(), petsTable())
	if !errors.Is(err, engine.ErrEarlierLayout) || !strings.Contains(err.Error(), filepath.Join(dir, "pets.db")) || strings.Contains(err.Error(), "\n") {
		t.Fatalf("an earlier table: %v, want one line with ErrEarlierLayout and the file", err)
	}
}

func TestCreateTableReportsARefusal(t *testing.T) {
	e := start(t, folder(t))
	table := petsTable()
	table.CreateTable = json.RawMessage(`{"TableName":"Pets","KeySchema":[]}`)
	err := e.CreateTable(t.Context(), table)
	if err == nil || errors.Is(err, engine.ErrOtherTable) || errors.Is(err, engine.ErrNotDynamoDB) {
		t.Fatalf("a table without keys: %v, want the engine's refusal", err)
	}
}

// Whatever a server of another kind responds, it is not a table.
func TestCreateTableNeedsDynamoDB(t *testing.T) {
	for _, c := range []struct {
		name   string
		status int
		body   string
	}{
		{"no POST allowed", 501, "Unsupported method ('POST')"},
		{"a page for a missing page", 404, "<!doctype html>"},
		{"an error in JSON", 400, `{"message":"Bad Request"}`},
		{"an error of another type", 400, `{"__type":7}`},
		{"a page for every address", 200, "<!doctype html>"},
		{"an empty body", 200, ""},
		{"an empty object", 200, "{}"},
		{"an echo of the request", 200, string(petsTable().CreateTable)},
		{"another table", 200, `{"TableDescription":{"TableName":"Cats"}}`},
	} {
		t.Run(c.name, func(t *testing.T) {
			server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
				w.WriteHeader(c.status)
				_, _ = w.Write([]byte(c.body))
			}))
			defer server.Close()
			e, err := engine.Connect(t.Context(), server.URL)
			if err != nil {
				t.Fatal(err)
			}
			if err := e.CreateTable(t.Context(), petsTable()); !errors.Is(err, engine.ErrNotDynamoDB) {
				t.Fatalf("got %v, want ErrNotDynamoDB", err)
			}
		})
	}
}

func TestFind(t *testing.T) {
	t.Run("nowhere", func(t *testing.T) {
		t.Setenv("PATH", t.TempDir())
		if _, err := engine.Find(t.TempDir()); !errors.Is(err, engine.ErrNoProgram) {
			t.Fatalf("got %v, want ErrNoProgram", err)
		}
	})
	t.Run("on PATH", func(t *testing.T) {
		dir := t.TempDir()
		t.Setenv("PATH", dir)
		want := filepath.Join(dir, "dynoxide")
		if err := os.WriteFile(want, nil, 0o700); err != nil {
			t.Fatal(err)
		}
		if got, err := engine.Find(t.TempDir()); got != want || err != nil {
			t.Fatalf("got %q, %v, want %q", got, err, want)
		}
	})
}

// script returns a program that only looks like an engine.
func script(t *testing.T, text string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "dynoxide")
	if err := os.WriteFile(path, []byte("#!/bin/sh\n"+text+"\n"), 0o700); err != nil {
		t.Fatal(err)
	}
	return path
}

func TestStartReportsAProgramThatStops(t *testing.T) {
	var log bytes.Buffer
	_, err := engine.Start(t.Context(), script(t, `echo "damaged: $7"; exit 1`), folder(t), &log)
	if !errors.Is(err, engine.ErrStopped) || !strings.Contains(log.String(), "damaged: ") {
		t.Fatalf("got %v and the log %q, want ErrStopped and what the program printed", err, log.String())
	}
}

func TestStartReportsAProgramThatDoesNotRun(t *testing.T) {
	if _, err := engine.Start(t.Context(), filepath.Join(t.TempDir(), "none"), folder(t), io.Discard); !errors.Is(err, fs.ErrNotExist) {
		t.Fatalf("got %v, want ErrNotExist", err)
	}
}

// A start that is interrupted leaves no process.
func TestStartIsInterrupted(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	running := make(chan string, 1)
	log := lines.NewWriter(func(line string) { running <- line })
	ended := make(chan error, 1)
	go func() {
		_, err := engine.Start(ctx, script(t, `echo $$; exec sleep 60`), folder(t), log)
		ended <- err
	}()
	pid, err := strconv.Atoi(<-running)
	if err != nil {
		t.Fatal(err)
	}
	cancel()
	if err := <-ended; !errors.Is(err, engine.ErrUnreachable) {
		t.Fatalf("got %v, want ErrUnreachable", err)
	}
	if err := syscall.Kill(pid, 0); !errors.Is(err, syscall.ESRCH) {
		t.Fatalf("process %d is left: %v", pid, err)
	}
}

func TestFolder(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "new", "data")
	held, err := engine.OpenFolder(dir)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := engine.OpenFolder(dir); !errors.Is(err, engine.ErrInUse) || !strings.HasPrefix(err.Error(), dir+" is in use") {
		t.Errorf("a second time: %v, want ErrInUse", err)
	}
	if err := held.Close(); err != nil {
		t.Fatal(err)
	}
	again, err := engine.OpenFolder(dir)
	if err != nil {
		t.Fatalf("after Close: %v", err)
	}
	_ = again.Close()
	if _, err := engine.OpenFolder(script(t, "")); !errors.Is(err, syscall.ENOTDIR) {
		t.Errorf("a file: %v, want ENOTDIR", err)
	}
}

func TestConnect(t *testing.T) {
	t.Run("any status", func(t *testing.T) {
		server := httptest.NewServer(http.NotFoundHandler())
		defer server.Close()
		e, err := engine.Connect(t.Context(), server.URL)
		if err != nil {
			t.Fatal(err)
		}
		e.Stop()
		e.Stop() // a second time, too
		<-e.Exited()
	})
	t.Run("no response", func(t *testing.T) {
		// It accepts connections and never responds; another program could take a closed port.
		silent, err := net.Listen("tcp", "127.0.0.1:0")
		if err != nil {
			t.Fatal(err)
		}
		defer silent.Close()
		if _, err := engine.Connect(t.Context(), "http://"+silent.Addr().String()); !errors.Is(err, engine.ErrUnreachable) {
			t.Fatalf("got %v, want ErrUnreachable", err)
		}
	})
}
