package chaos_test

import (
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"strings"
	"testing"

	"example.com/securedpets/functions/contract"
	"example.com/securedpets/pkg/jwtauth/jwtauthtest"
)

// A pet as a client sees it.
type pet struct {
	ID     int64       `json:"id,omitempty"`
	Type   string      `json:"type"`
	Price  json.Number `json:"price"`
	IsSold bool        `json:"isSold,omitempty"`
	SoldTo string      `json:"soldTo,omitempty"`
}

// A client sends requests with one token; the anonymous one has none.
type client struct {
	t     *testing.T
	api   string
	token string
}

func (p *product) admin(t *testing.T) client {
	t.Helper()
	return client{t, p.api, p.issuer.Token(jwtauthtest.SubjectOf("auth0|admin"), jwtauthtest.Scopes(contract.ScopeUpdatePets))}
}

func (p *product) buyer(t *testing.T, email string) client {
	t.Helper()
	return client{t, p.api, p.issuer.Token(
		jwtauthtest.SubjectOf("google|"+email), jwtauthtest.Scopes(contract.ScopePurchasePets),
		jwtauthtest.Claim(jwtauthtest.Audience+"/email", email),
	)}
}

// send returns status, headers and body; headers are pairs of name and value.
func (c client) send(method, path, body string, headers ...string) (int, http.Header, []byte) {
	c.t.Helper()
	req, err := http.NewRequestWithContext(c.t.Context(), method, c.api+path, strings.NewReader(body))
	if err != nil {
		c.t.Fatal(err)
	}
	if c.token != "" {
		req.Header.Set("Authorization", "Bearer "+c.token)
	}
	if body != "" {
		req.Header.Set("Content-Type", "application/json")
	}
	for i := 0; i < len(headers); i += 2 {
		req.Header.Set(headers[i], headers[i+1])
	}
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		c.t.Errorf("%s %s: %v", method, path, err)
		return 0, http.Header{}, nil
	}
	defer func() { _ = resp.Body.Close() }()
	got, err := io.ReadAll(resp.Body)
	if err != nil {
		c.t.Errorf("%s %s: %v", method, path, err)
	}
	return resp.StatusCode, resp.Header, got
}

// list returns the catalog and its tag, or false if the store does not respond.
func (c client) list(headers ...string) (pets []pet, etag string, ok bool) {
	c.t.Helper()
	status, header, body := c.send(http.MethodGet, "/pets", "", headers...)
	switch status {
	case http.StatusOK:
		if err := json.Unmarshal(body, &pets); err != nil {
			c.t.Errorf("GET /pets: %v in %.200s", err, body)
		}
		return pets, header.Get("ETag"), true
	case http.StatusNotModified:
		return nil, header.Get("ETag"), true
	case http.StatusServiceUnavailable:
	default:
		c.t.Errorf("GET /pets: %d %s", status, body)
	}
	return nil, "", false
}

// save replaces the catalog and returns the status.
func (c client) save(pets []pet, headers ...string) int {
	c.t.Helper()
	body, err := json.Marshal(map[string]any{"pets": pets})
	if err != nil {
		c.t.Fatal(err)
	}
	status, _, got := c.send(http.MethodPost, "/pets", string(body), headers...)
	switch status {
	case http.StatusOK, http.StatusPreconditionFailed, http.StatusServiceUnavailable:
	default:
		c.t.Errorf("POST /pets: %d %s", status, got)
	}
	return status
}

// buy buys what the client saw, and returns the status and the pet as sold.
func (c client) buy(seen pet, headers ...string) (int, pet) {
	c.t.Helper()
	body := fmt.Sprintf(`{"petId":%d,"expect":{"type":%q,"price":%s}}`, seen.ID, seen.Type, seen.Price)
	status, _, got := c.send(http.MethodPost, "/pets/purchase", body, append(headers, "Prefer", "return=minimal")...)
	if status != http.StatusOK {
		return status, pet{}
	}
	var list []pet
	if err := json.Unmarshal(got, &list); err != nil || len(list) != 1 {
		c.t.Errorf("POST /pets/purchase: %v in %.200s", err, got)
		return status, pet{}
	}
	return status, list[0]
}
