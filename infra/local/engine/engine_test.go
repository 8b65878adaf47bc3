package engine_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"testing"

	"example.com/securedpets/infra/local/engine"
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

func start(t *testing.T, dbPath string) *engine.Engine {
	t.Helper()
	program, err := engine.Find(modules)
	if err != nil {
		t.Fatal(err)
	}
	var log bytes.Buffer
	e, err := engine.Start(t.Context(), program, dbPath, &log)
	if err != nil {
		t.Fatalf("%v\n%s", err, log.String())
	}
	t.Cleanup(func() {
		if err := e.Stop(); err != nil {
			t.Error(err)
		}
	})
	return e
}

func TestTablesAreCreatedOnceAndKept(t *testing.T) {
	dbPath := filepath.Join(t.TempDir(), "pets.db")
	first := start(t, dbPath)
	for range 2 {
		if err := first.CreateTable(t.Context(), petsTable()); err != nil {
			t.Fatal(err)
		}
	}
	if err := first.Stop(); err != nil {
		t.Fatal(err)
	}
	select {
	case <-first.Exited():
	default:
		t.Fatal("Stop returned while the process runs")
	}

	other := petsTable()
	other.CreateTable = bytes.ReplaceAll(other.CreateTable, []byte("petId"), []byte("number"))
	if err := start(t, dbPath).CreateTable(t.Context(), other); !errors.Is(err, engine.ErrOtherTable) {
		t.Fatalf("a table with other keys, kept over a restart: %v, want ErrOtherTable", err)
	}
}

func TestCreateTableReportsARefusal(t *testing.T) {
	e := start(t, filepath.Join(t.TempDir(), "pets.db"))
	table := petsTable()
	table.CreateTable = json.RawMessage(`{"TableName":"Pets","KeySchema":[]}`)
	err := e.CreateTable(t.Context(), table)
	if err == nil || errors.Is(err, engine.ErrOtherTable) || errors.Is(err, engine.ErrNotDynamoDB) {
		t.Fatalf("a table without keys: %v, want the engine's refusal", err)
	}
}

// A server of something else may answer whatever it likes: none of it is a table.
func TestCreateTableWantsDynamoDB(t *testing.T) {
	for _, c := range []struct {
		name   string
		status int
		body   string
	}{
		{"no POST", 501, "Unsupported method ('POST')"},
		{"no page", 404, "<!doctype html>"},
		{"an error in JSON", 400, `{"message":"Bad Request"}`},
		{"an error of another type", 400, `{"__type":7}`},
		{"a page for every address", 200, "<!doctype html>"},
		{"nothing", 200, ""},
		{"an empty object", 200, "{}"},
		{"what was sent", 200, string(petsTable().CreateTable)},
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

func TestStartReportsAProgramThatStops(t *testing.T) {
	var log bytes.Buffer
	missing := filepath.Join(t.TempDir(), "no-such-folder", "pets.db")
	program, err := engine.Find(modules)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := engine.Start(t.Context(), program, missing, &log); err == nil {
		t.Fatal("an engine without a folder for its file started")
	}
	if log.Len() == 0 {
		t.Fatal("what the engine said is lost")
	}
}

func TestConnect(t *testing.T) {
	t.Run("any answer will do", func(t *testing.T) {
		server := httptest.NewServer(http.NotFoundHandler())
		defer server.Close()
		e, err := engine.Connect(t.Context(), server.URL)
		if err != nil {
			t.Fatal(err)
		}
		if err := e.Stop(); err != nil {
			t.Fatalf("stopping what is not ours: %v", err)
		}
	})
	t.Run("nobody answers", func(t *testing.T) {
		// It takes connections and says nothing: a closed port might be somebody else's by now.
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
