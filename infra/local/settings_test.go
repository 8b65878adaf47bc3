package main

import (
	"errors"
	"fmt"
	"reflect"
	"syscall"
	"testing"
)

func TestReadSettings(t *testing.T) {
	byDefault := settings{Port: 8080, WebPort: 3000, IssuerPort: 9000, DataDir: ".local"}
	foreign := byDefault
	foreign.Identity = identity{"https://tenant.example/", "https://api.example", "web"}
	moved := settings{Port: 1, WebPort: 2, IssuerPort: 65535, DataDir: "/data", DynamoDBEndpoint: "http://127.0.0.1:8000"}

	type env map[string]string
	for _, test := range []struct {
		name string
		env  env
		want settings
	}{
		{"nothing set", env{}, byDefault},
		{"a real tenant", env{"ISSUER": "https://tenant.example/", "AUDIENCE": "https://api.example", "CLIENT_ID": "web"}, foreign},
		{"everything moved", env{
			"PORT": "1", "WEB_PORT": "2", "ISSUER_PORT": "65535", "DATA_DIR": "/data", "DYNAMODB_ENDPOINT": "http://127.0.0.1:8000",
		}, moved},
	} {
		t.Run(test.name, func(t *testing.T) {
			got, err := readSettings(func(name string) string { return test.env[name] })
			if err != nil || !reflect.DeepEqual(*got, test.want) {
				t.Fatalf("got %+v, %v\nwant %+v", *got, err, test.want)
			}
		})
	}
}

// A foreign issuer needs no port of ours: the setting cannot collide.
func TestPortsWithForeignIssuer(t *testing.T) {
	set, err := readSettings(func(name string) string {
		return map[string]string{"PORT": "9000", "ISSUER": "https://tenant.example/", "AUDIENCE": "a", "CLIENT_ID": "c"}[name]
	})
	if want := []port{{apiPort, 9000}, {webPort, 3000}}; err != nil || !reflect.DeepEqual(set.ports(), want) {
		t.Fatalf("got %v, %v, want %v", set.ports(), err, want)
	}
}

func TestPortCure(t *testing.T) {
	for _, c := range []struct {
		err  error
		want string
	}{
		{syscall.EADDRINUSE, "port 80 is taken: stop what uses it, or choose another with PORT="},
		{syscall.EACCES, "port 80 needs administrator rights: choose one above 1023 with PORT="},
		{syscall.EADDRNOTAVAIL, "listen: cannot assign requested address: choose another with PORT="},
	} {
		if got := (port{apiPort, 80}).cure(fmt.Errorf("listen: %w", c.err)); got.Error() != c.want {
			t.Errorf("%v: %v, want %q", c.err, got, c.want)
		}
	}
}

// Errors of the file system get the cure; what is wrong inside a file has another one.
func TestCuredByDataDir(t *testing.T) {
	for _, c := range []struct {
		err  error
		want string
	}{
		{syscall.ENOSPC, syscall.ENOSPC.Error() + ": " + dataDirCure},
		{fmt.Errorf("mkdir: %w", syscall.ENOTDIR), "mkdir: " + syscall.ENOTDIR.Error() + ": " + dataDirCure},
		{errors.New("no JSON"), "no JSON"},
	} {
		if got := curedByDataDir(c.err); !errors.Is(got, c.err) || got.Error() != c.want {
			t.Errorf("%v: %v, want %q", c.err, got, c.want)
		}
	}
}

func TestReadSettingsRefuses(t *testing.T) {
	type env map[string]string
	const (
		pair   = "ISSUER, AUDIENCE and CLIENT_ID belong together"
		issuer = "ISSUER must be a URL without user, query, fragment, spaces and commas"
		engine = "DYNAMODB_ENDPOINT must be an https URL, or http on this machine"
	)
	tenant := func(name, value string) env {
		e := env{"ISSUER": "https://tenant.example/", "AUDIENCE": "https://api.example", "CLIENT_ID": "web"}
		e[name] = value
		return e
	}
	for _, test := range []struct {
		name string
		env  env
		want string
	}{
		// Ports.
		{"not a number", env{"PORT": "http"}, "PORT must be a port, 1 to 65535"},
		{"zero", env{"WEB_PORT": "0"}, "WEB_PORT must be a port, 1 to 65535"},
		{"too large", env{"ISSUER_PORT": "65536"}, "ISSUER_PORT must be a port, 1 to 65535"},
		// They cannot be the same.
		{"two without a number", env{"PORT": "x", "WEB_PORT": "y"}, "PORT must be a port, 1 to 65535\nWEB_PORT must be a port, 1 to 65535"},
		{"two zeros", env{"PORT": "0", "ISSUER_PORT": "0"}, "PORT must be a port, 1 to 65535\nISSUER_PORT must be a port, 1 to 65535"},
		{"one port for two", env{"PORT": "3000"}, "PORT and WEB_PORT must not be the same port"},
		// With half of a tenant every token would be refused.
		{"issuer alone", env{"ISSUER": "https://tenant.example/"}, pair},
		{"audience alone", env{"AUDIENCE": "https://api.example"}, pair},
		{"client alone", env{"CLIENT_ID": "web"}, pair},
		// Keys that come over plain HTTP can be replaced on the way.
		{
			"plain http",
			tenant("ISSUER", "http://tenant.example/"),
			"ISSUER must be an https URL, or http on this machine",
		},
		{
			"two audiences",
			tenant("AUDIENCE", "a,b"),
			"AUDIENCE must be one API identifier without spaces or commas",
		},
		{"two client ids", tenant("CLIENT_ID", "a b"), "CLIENT_ID must be one client id without spaces or commas"},
		{"a list of client ids", tenant("CLIENT_ID", "a,b"), "CLIENT_ID must be one client id without spaces or commas"},
		{"a line after the client id", tenant("CLIENT_ID", "a\n"), "CLIENT_ID must be one client id without spaces or commas"},
		{"a space that is not ASCII", tenant("AUDIENCE", "a\u00a0b"), "AUDIENCE must be one API identifier without spaces or commas"},
		{"an issuer with a query", tenant("ISSUER", "http://localhost:19100/?x=1"), issuer},
		{"an issuer with an empty query", tenant("ISSUER", "https://tenant.example/?"), issuer},
		{"an issuer with a fragment", tenant("ISSUER", "https://tenant.example/#x"), issuer},
		{"an issuer with a password", tenant("ISSUER", "https://me:secret@tenant.example/"), issuer},
		{"an issuer with a space", tenant("ISSUER", "https://tenant.example/a b"), issuer},
		{"two issuers", tenant("ISSUER", "https://a.example/,https://b.example/"), issuer},
		{"a database with a query", env{"DYNAMODB_ENDPOINT": "http://localhost:8000?x"}, "DYNAMODB_ENDPOINT must be a URL without user, query, fragment, spaces and commas"},
		{"not a URL", env{"DYNAMODB_ENDPOINT": "localhost:8000"}, engine},
		{"a port without a host", env{"DYNAMODB_ENDPOINT": "https://:8000"}, engine},
		{"a database on another machine", env{"DYNAMODB_ENDPOINT": "http://db.example:8000"}, engine},
		// All complaints at once.
		{"two faults", env{"PORT": "x", "CLIENT_ID": "c"}, "PORT must be a port, 1 to 65535\n" + pair},
	} {
		t.Run(test.name, func(t *testing.T) {
			_, err := readSettings(func(name string) string { return test.env[name] })
			if err == nil || err.Error() != test.want {
				t.Fatalf("got %v\nwant %s", err, test.want)
			}
		})
	}
}
