package jwtauth

import (
	"context"
	"errors"
	"io"
	"net/http"
	"strconv"
	"strings"
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

// keysError matches ErrKeysUnavailable and carries a fixed text about the cause: no URL and no answer of a provider.
type keysError struct {
	text  string
	cause error // a context's error, or nil
}

func unavailable(text string) error { return &keysError{text: text} }

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
	temporary  bool // worth another attempt at once
	retryAfter time.Duration
}

func (e *fetchError) public() error { return unavailable(e.text) }

// answer is what a provider sent.
type answer struct {
	keys        map[string]*Key
	ignored     int
	fresh       time.Duration
	etag        string
	notModified bool
}

// snapshot is the state that follows old. A key that did not change stays the same *Key, so that remembered tokens
// stay valid.
func (a *answer) snapshot(old *snapshot, now time.Time) *snapshot {
	s := &snapshot{keys: a.keys, at: now, fresh: a.fresh, etag: a.etag}
	if a.notModified {
		s.keys, s.etag = old.keys, old.etag
		return s
	}
	for id, key := range s.keys {
		if same := old.find(id); same != nil && same.key.Equal(key.key) {
			s.keys[id] = same
		}
	}
	return s
}

// fetch makes one attempt to get the key set.
func (r *RemoteKeySet) fetch(ctx context.Context, old *snapshot) (*answer, *fetchError) {
	ctx, cancel := context.WithTimeout(ctx, attemptTimeout)
	defer cancel()
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
	got := &answer{fresh: freshness(header), etag: header.Get("Etag")}
	if body == nil {
		got.notModified = true
		return got, nil
	}
	keys, ignored, parseErr := parseKeys(body)
	if parseErr != nil {
		return nil, &fetchError{text: "the provider's key set has no usable key"}
	}
	got.keys, got.ignored = keys, ignored
	return got, nil
}

// locate returns the URL of the key set, from the discovery document if need be (OpenID Connect Discovery section 4).
func (r *RemoteKeySet) locate(ctx context.Context) (string, *fetchError) {
	if r.url != "" {
		return r.url, nil
	}
	r.mu.Lock()
	endpoint := r.endpoint
	r.mu.Unlock()
	if endpoint != "" {
		return endpoint, nil
	}
	body, _, err := r.get(ctx, strings.TrimSuffix(r.issuer, "/")+"/.well-known/openid-configuration", "")
	if err != nil {
		return "", err
	}
	endpoint, ok := readDiscovery(body, r.issuer)
	if !ok {
		return "", &fetchError{text: "the discovery document is not the issuer's or names no usable key set"}
	}
	r.mu.Lock()
	r.endpoint = endpoint
	r.mu.Unlock()
	return endpoint, nil
}

// readDiscovery returns jwks_uri. The issuer must be the configured one, to the letter (section 4.3): otherwise
// anybody who controls one document could vouch for another issuer.
func readDiscovery(doc []byte, issuer string) (string, bool) {
	members, err := strictjson.Scan(doc, nil)
	if err != nil {
		return "", false
	}
	var endpoint string
	same := false
	for _, m := range members {
		switch string(nameOf(doc, m)) {
		case "issuer":
			same = isText(doc, m.Value, issuer)
		case "jwks_uri":
			endpoint = string(textOf(doc, m.Value))
		}
	}
	_, err = parseEndpoint(endpoint)
	return endpoint, same && err == nil
}

// get returns the body of a document, or none when the provider still has the one with this etag.
func (r *RemoteKeySet) get(ctx context.Context, url, etag string) ([]byte, http.Header, *fetchError) {
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, url, nil)
	if err != nil {
		return nil, nil, &fetchError{text: "the provider's URL is unusable"}
	}
	req.Header.Set("Accept", "application/json")
	if etag != "" {
		req.Header.Set("If-None-Match", etag)
	}
	res, err := r.client.Do(req)
	if err != nil {
		return nil, nil, transportFault(err)
	}
	defer res.Body.Close()
	if res.StatusCode == http.StatusNotModified && etag != "" {
		return nil, res.Header, nil
	}
	if res.StatusCode != http.StatusOK {
		return nil, nil, statusFault(res)
	}
	body, err := io.ReadAll(io.LimitReader(res.Body, maxKeySetBytes+1))
	if err != nil {
		return nil, nil, transportFault(err)
	}
	if len(body) > maxKeySetBytes {
		return nil, nil, &fetchError{text: "the provider's answer is too large"}
	}
	return body, res.Header, nil
}

func transportFault(err error) *fetchError {
	if errors.Is(err, errRedirect) {
		return &fetchError{text: "the provider redirects to another origin"}
	}
	return &fetchError{text: "the provider cannot be reached", temporary: true}
}

func statusFault(res *http.Response) *fetchError {
	wait, err := strconv.Atoi(res.Header.Get("Retry-After"))
	if err != nil || wait < 0 || wait > 3600 {
		wait = 0
	}
	return &fetchError{
		text:       "the provider answered " + strconv.Itoa(res.StatusCode),
		temporary:  res.StatusCode >= 500 && wait == 0,
		retryAfter: time.Duration(wait) * time.Second,
	}
}

// checkRedirect lets a provider move a document, but not send us to another host or scheme: that is how a request is
// led to a cloud's metadata service, or off TLS.
func checkRedirect(req *http.Request, via []*http.Request) error {
	first := via[0].URL
	if len(via) > maxRedirects || req.URL.Host != first.Host || req.URL.Scheme != first.Scheme {
		return errRedirect
	}
	return nil
}

// freshness is the provider's max-age where that is sensible. Auth0 sends about 15 seconds, which would be a fetch
// for every few requests.
func freshness(header http.Header) time.Duration {
	for directive := range strings.SplitSeq(header.Get("Cache-Control"), ",") {
		value, ok := strings.CutPrefix(strings.ToLower(strings.TrimSpace(directive)), "max-age=")
		if !ok {
			continue
		}
		seconds, err := strconv.Atoi(value)
		age := time.Duration(seconds) * time.Second
		if err == nil && seconds <= 3600 && age >= freshAtLeast && age <= freshAtMost {
			return age
		}
	}
	return freshByDefault
}
