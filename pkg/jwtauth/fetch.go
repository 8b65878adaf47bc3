package jwtauth

import (
	"context"
	"errors"
	"io"
	"net/http"
	"strconv"
	"time"

	"example.com/securedpets/pkg/strictjson"
)

const (
	maxKeySetBytes = 150_000 // after decompression
	maxRedirects   = 3
)

var (
	errKeySetSize = errors.New("jwtauth: the key set is too large")
	errRedirect   = errors.New("jwtauth: redirect to another origin")
)

// keysError matches ErrKeysUnavailable and carries a fixed text about the cause: no URL and nothing
// of a response.
type keysError struct {
	text  string
	cause error // a context's error, or nil
}

func (e *keysError) Error() string { return ErrKeysUnavailable.Error() + ": " + e.text }

func (e *keysError) Unwrap() []error {
	if e.cause == nil {
		return []error{ErrKeysUnavailable}
	}
	return []error{ErrKeysUnavailable, e.cause}
}

// fetchError is why a fetch failed.
type fetchError struct {
	text       string
	slow       bool // the issuer did not respond in time
	temporary  bool // worth another attempt at once
	empty      bool // the issuer publishes a key set without keys
	retryAfter time.Duration
	ended      moment
}

func (e *fetchError) public() error {
	if e.slow {
		return errSlowIssuer
	}
	return &keysError{text: e.text}
}

// document is the key set that an issuer sent.
type document struct {
	old         *snapshot // the state before
	keys        map[string]*Key
	ignored     int
	fresh       time.Duration
	etag        string
	notModified bool
}

// snapshot is the state after. A key that did not change stays the same *Key, so that remembered
// tokens stay valid.
func (d *document) snapshot(f *flight) *snapshot {
	s := &snapshot{keys: d.keys, at: f.began, fresh: d.fresh, etag: d.etag, fetch: f.number}
	if d.notModified {
		s.keys, s.etag = d.old.keys, d.old.etag
		return s
	}
	for id, key := range s.keys {
		if same := d.old.find(id); same != nil && same.key.Equal(key.key) {
			s.keys[id] = same
		}
	}
	return s
}

// event describes a good fetch.
func (d *document) event(f *flight) Event {
	e := Event{Kind: EventFetch, Outcome: "ok", Duration: time.Since(f.started), Ignored: d.ignored}
	if d.notModified {
		e.Outcome = "not_modified"
	}
	return e
}

// fetch makes one attempt to get the key set.
func (r *RemoteKeySet) fetch(ctx context.Context, old *snapshot) (*document, *fetchError) {
	url, err := r.locate(ctx)
	if err != nil {
		return nil, err
	}
	etag := ""
	if old != nil {
		etag = old.etag
	}
	body, header, err := r.get(ctx, url, etag)
	if err != nil {
		return nil, err
	}
	got := &document{old: old, fresh: freshness(header), etag: header.Get("Etag")}
	if body == nil {
		got.notModified = true
		return got, nil
	}
	keys, ignored, parseErr := parseKeys(body)
	if parseErr != nil {
		return nil, &fetchError{text: "the issuer's key set has no usable key", empty: isEmptySet(body)}
	}
	got.keys, got.ignored = keys, ignored
	return got, nil
}

// isEmptySet reports whether doc is a key set with a list of no keys. That may be meant; a document
// without a list, or with keys that are of no use, is a mistake.
func isEmptySet(doc []byte) bool {
	members, err := strictjson.ScanOuter(doc, nil)
	if err != nil {
		return false
	}
	for _, m := range members {
		if string(strictjson.Bytes(doc, m.Name)) == "keys" && m.Value.Kind == strictjson.Array {
			each := strictjson.Each(doc, m.Value)
			_, some := each.Next()
			return !some
		}
	}
	return false
}

// get returns the body of a document, or none when the issuer still has the one with this etag.
func (r *RemoteKeySet) get(ctx context.Context, url, etag string) ([]byte, http.Header, *fetchError) {
	ctx, cancel := context.WithTimeout(ctx, r.timeout)
	defer cancel()
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, url, nil)
	if err != nil {
		return nil, nil, &fetchError{text: "the issuer's URL is unusable"}
	}
	req.Header.Set("Accept", "application/json")
	if etag != "" {
		req.Header.Set("If-None-Match", etag)
	}
	res, err := r.client.Do(req)
	if err != nil {
		return nil, nil, transportFault(ctx, err)
	}
	defer res.Body.Close()
	if res.StatusCode == http.StatusNotModified && etag != "" {
		return nil, res.Header, nil
	}
	if res.StatusCode != http.StatusOK {
		return nil, nil, r.statusFault(res)
	}
	body, err := io.ReadAll(io.LimitReader(res.Body, maxKeySetBytes+1))
	if err != nil {
		return nil, nil, transportFault(ctx, err)
	}
	if len(body) > maxKeySetBytes {
		return nil, nil, &fetchError{text: "the issuer's response is too large"}
	}
	return body, res.Header, nil
}

func transportFault(ctx context.Context, err error) *fetchError {
	switch {
	case errors.Is(err, errRedirect):
		return &fetchError{text: "the issuer redirects to another origin"}
	case ctx.Err() != nil: // another attempt would be as slow
		return &fetchError{slow: true}
	}
	return &fetchError{text: "the issuer cannot be reached", temporary: true}
}

func (r *RemoteKeySet) statusFault(res *http.Response) *fetchError {
	wait := retryAfter(res.Header, time.Unix(0, r.clock().wall))
	return &fetchError{
		text:       "the issuer responded with status " + strconv.Itoa(res.StatusCode),
		temporary:  res.StatusCode >= 500 && wait == 0,
		retryAfter: wait,
	}
}

// checkRedirect lets an issuer move a document, but not send us to another host or scheme: that is
// how a request is led to a cloud's metadata service, or off TLS.
func checkRedirect(req *http.Request, via []*http.Request) error {
	first := via[0].URL
	if len(via) > maxRedirects || req.URL.Host != first.Host || req.URL.Scheme != first.Scheme {
		return errRedirect
	}
	return nil
}
