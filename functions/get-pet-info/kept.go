package main

import (
	"maps"
	"sync"

	"example.com/securedpets/functions/internal/rest"
)

// kept is the last anonymous list that this process has read. Its tag is
// compared with the state of every request, so it is never older than a fresh
// read would be.
type kept struct {
	mu   sync.Mutex
	etag string
	resp rest.Response
}

func (k *kept) get(etag string) (rest.Response, bool) {
	k.mu.Lock()
	defer k.mu.Unlock()
	resp := k.resp
	resp.Headers = maps.Clone(k.resp.Headers)
	return resp, k.etag == etag
}

func (k *kept) put(etag string, resp rest.Response) {
	resp.Headers = maps.Clone(resp.Headers) // the caller adds to its own
	k.mu.Lock()
	defer k.mu.Unlock()
	k.etag, k.resp = etag, resp
}
