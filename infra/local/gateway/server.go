package gateway

import (
	"net/http"
	"time"
)

// NewServer gives a server with limits that fit this gateway: header lines up to what [Gateway] itself refuses, and no
// patience with clients that dribble.
func NewServer(handler http.Handler) *http.Server {
	const (
		headerTime = 10 * time.Second
		bodyTime   = 30 * time.Second
		idleTime   = 2 * time.Minute
	)
	return &http.Server{
		Handler: handler, ReadHeaderTimeout: headerTime, ReadTimeout: bodyTime, IdleTimeout: idleTime,
		MaxHeaderBytes: 8 * maxHeaderBytes, // above it net/http answers 431 by itself
		// `OPTIONS *` is no exception: net/http would answer it 200.
		DisableGeneralOptionsHandler: true,
	}
}
