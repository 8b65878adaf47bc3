package gateway_test

import (
	"errors"
	"io"
	"net"
	"net/http"
	"strings"
	"testing"

	"example.com/securedpets/infra/local/gateway"
)

// listen serves a gateway until the test ends.
func listen(t *testing.T, g http.Handler) (address string) {
	t.Helper()
	listener, err := (&net.ListenConfig{}).Listen(t.Context(), "tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	server, served := gateway.NewServer(g), make(chan error, 1)
	go func() { served <- server.Serve(listener) }()
	t.Cleanup(func() {
		if err := server.Close(); err != nil {
			t.Error(err)
		}
		if err := <-served; !errors.Is(err, http.ErrServerClosed) {
			t.Error(err)
		}
	})
	return listener.Addr().String()
}

// sendRaw sends raw bytes and returns the raw response.
func sendRaw(t *testing.T, address, request string) string {
	t.Helper()
	connection, err := (&net.Dialer{}).DialContext(t.Context(), "tcp", address)
	if err != nil {
		t.Fatal(err)
	}
	defer connection.Close()
	if _, err := io.WriteString(connection, request); err != nil {
		t.Fatal(err)
	}
	response, err := io.ReadAll(connection)
	if err != nil && len(response) == 0 {
		t.Fatal(err)
	}
	return string(response)
}

func TestOnTheWire(t *testing.T) {
	a := api("GET /pets", "ANY /any")
	a.CORS = corsFor(page)
	address := listen(t, newGateway(t, a, returning(`{"statusCode": 200, "body": "hi"}`), gateway.Options{}))
	cases := []struct {
		request, status string
		want, wantNot   string
	}{
		{"GET /pets HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n", "200 OK", "\r\n\r\nhi", ""},
		{"HEAD /any HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n", "200 OK", "Content-Length: 2", "hi"},
		{"HEAD /pets HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n", "404 Not Found", "Apigw-Requestid: ", "message"},
		{
			"OPTIONS /pets HTTP/1.1\r\nHost: a\r\nOrigin: https://app.example\r\nAccess-Control-Request-Method: GET\r\nConnection: close\r\n\r\n",
			"204 No Content", "Access-Control-Allow-Origin: https://app.example", "Content-",
		},
		{"GET /pets?" + strings.Repeat("q", 20000) + " HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n", "431 Request Header Fields Too Large", `{"message":`, ""},
		// The gateway refuses it, not net/http.
		{"OPTIONS * HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n", "400 Bad Request", "{\"message\":\"Bad Request\"}", ""},
		// Refused by net/http.
		{"GET /%zz HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n", "400 Bad Request", "", ""},
		{"GET /pets HTTP/1.1\r\nConnection: close\r\n\r\n", "400 Bad Request", "", ""},
		{"GET /pets HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\n", "400 Bad Request", "", ""},
		{"GET * HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n", "400 Bad Request", "", ""},
		{"GET /pets HTTP/1.1\r\nHost: a\r\nOrigin: https://app.example\r\nX: a\x00b\r\n\r\n", "400 Bad Request", "text/plain", "Access-Control-"},
		{"GET /pets HTTP/1.1\r\nHost: a\r\nOrigin: https://app.example\r\nX: " + strings.Repeat("x", 90000) + "\r\n\r\n", "431 Request Header Fields Too Large", "text/plain", "Access-Control-"},
	}
	for _, c := range cases {
		response := sendRaw(t, address, c.request)
		if !strings.HasPrefix(response, "HTTP/1.1 "+c.status) || !strings.Contains(response, c.want) || c.wantNot != "" && strings.Contains(response, c.wantNot) {
			t.Errorf("%.60q: %q", c.request, response)
		}
	}
}

func TestServerLimits(t *testing.T) {
	server := gateway.NewServer(http.NotFoundHandler())
	if server.ReadHeaderTimeout <= 0 || server.ReadTimeout <= 0 || server.IdleTimeout <= 0 || server.MaxHeaderBytes <= 0 {
		t.Errorf("a limit is missing: %+v", server)
	}
}
