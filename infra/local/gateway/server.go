package gateway

import (
	"net/http"
	"time"
)

// NewServer returns a server with time limits against slow clients. Its header
// limit is above the one that [Gateway] enforces itself.
func NewServer(handler http.Handler) *http.Server {
	const (
		headerTime = 10 * time.Second
		bodyTime   = 30 * time.Second
		idleTime   = 2 * time.Minute
	)
	return &http.Server{
		Handler: handler, ReadHeaderTimeout: headerTime, ReadTimeout: bodyTime, IdleTimeout: idleTime,
		MaxHeaderBytes: 8 * maxHeaderBytes, // above it net/http itself sends 431
		// net/http would respond to `OPTIONS *` with 200.
		DisableGeneralOptionsHandler: true,
	}
}
