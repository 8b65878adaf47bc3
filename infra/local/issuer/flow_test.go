package issuer_test

import (
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"html"
	"io"
	"net/http"
	"net/http/cookiejar"
	"net/url"
	"regexp"
	"strings"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"
)

const verifier = "a-verifier-that-is-long-enough-for-RFC-7636-4.1"

var formAction = regexp.MustCompile(`action="([^"]+)"`)

// browser returns a client that keeps cookies and follows no redirects.
func browser(t *testing.T) *http.Client {
	t.Helper()
	jar, err := cookiejar.New(nil)
	if err != nil {
		t.Fatal(err)
	}
	return &http.Client{Jar: jar, CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
}

// signIn goes through the login page and returns the authorization code.
func signIn(t *testing.T, issuerURL, as string) string {
	t.Helper()
	return callback(t, issuerURL, as, func(url.Values) {}).Get("code")
}

// callback goes through the login page, if there is one, and returns the
// parameters that the application gets.
func callback(t *testing.T, issuerURL, as string, change func(url.Values)) url.Values {
	t.Helper()
	challenge := sha256.Sum256([]byte(verifier))
	query := url.Values{
		"client_id": {"secured-pets-web"}, "response_type": {"code"}, "redirect_uri": {origin + "/"}, "audience": {api},
		"scope": {"openid offline_access update:pets purchase:pets"}, "code_challenge_method": {"S256"},
		"code_challenge": {base64.RawURLEncoding.EncodeToString(challenge[:])},
	}
	change(query)
	client := browser(t)
	page, err := client.Get(issuerURL + "authorize?" + query.Encode())
	if err != nil {
		t.Fatal(err)
	}
	defer page.Body.Close()
	if location, err := page.Location(); err == nil {
		return location.Query()
	}
	body, err := io.ReadAll(page.Body)
	if err != nil {
		t.Fatal(err)
	}
	action := formAction.FindSubmatch(body)
	if action == nil {
		t.Fatalf("status %d and no form", page.StatusCode)
	}
	response, err := client.PostForm(strings.TrimSuffix(issuerURL, "/")+html.UnescapeString(string(action[1])), url.Values{"user": {as}})
	if err != nil {
		t.Fatal(err)
	}
	defer response.Body.Close()
	location, err := response.Location()
	if err != nil {
		t.Fatalf("status %d: %v", response.StatusCode, err)
	}
	return location.Query()
}

type tokenResponse struct {
	status       int
	AccessToken  string `json:"access_token"`
	RefreshToken string `json:"refresh_token"`
	IDToken      string `json:"id_token"`
	Scope        string `json:"scope"`
	Error        string `json:"error"`
}

func exchange(t *testing.T, issuerURL string, form url.Values) tokenResponse {
	t.Helper()
	form.Set("client_id", "secured-pets-web")
	raw, err := http.PostForm(issuerURL+"oauth/token", form)
	if err != nil {
		t.Error(err)
		return tokenResponse{}
	}
	defer raw.Body.Close()
	response := tokenResponse{status: raw.StatusCode}
	if err := json.NewDecoder(raw.Body).Decode(&response); err != nil {
		t.Error(err)
	}
	return response
}

func redeem(code string) url.Values {
	return url.Values{"grant_type": {"authorization_code"}, "code": {code}, "redirect_uri": {origin + "/"}, "code_verifier": {verifier}}
}

func refresh(token string) url.Values {
	return url.Values{"grant_type": {"refresh_token"}, "refresh_token": {token}}
}

// A login and the command line get the same permissions.
func TestLoginAndTokenAgree(t *testing.T) {
	i, issuerURL := serve(t, nil)
	for _, as := range []string{"admin", "buyer", "trainer", "rider", "nobody"} {
		t.Run(as, func(t *testing.T) {
			response := exchange(t, issuerURL, redeem(signIn(t, issuerURL, as)))
			_, fromLogin := verified(t, i, response.AccessToken)
			direct, err := i.Token(t.Context(), as)
			if err != nil {
				t.Fatal(err)
			}
			_, fromCommand := verified(t, i, direct)
			for _, claim := range []string{"iss", "sub", "azp", "permissions", api + "/email"} {
				if a, b := jsonOf(t, fromLogin[claim]), jsonOf(t, fromCommand[claim]); a != b {
					t.Errorf("%s: %s at the login, %s at the command line", claim, a, b)
				}
			}
			for _, scope := range []string{"update:pets", "purchase:pets"} {
				if strings.Contains(response.Scope, scope) != strings.Contains(fromCommand["scope"].(string), scope) {
					t.Errorf("%s: granted by only one of them", scope)
				}
			}
		})
	}
}

func TestIDToken(t *testing.T) {
	i, issuerURL := serve(t, nil)
	_, claims := verified(t, i, exchange(t, issuerURL, redeem(signIn(t, issuerURL, "buyer"))).IDToken)
	if claims["aud"] != "secured-pets-web" || claims["sub"] != "amazon|amzn1.account.AF4XQ5TM6VJ2QKQ7LZ3GRS5BDUYA" {
		t.Errorf("claims %v", claims)
	}
	tags := map[string]any{"principal_tags": map[string]any{"user": []any{"amazon:amzn1.account.AF4XQ5TM6VJ2QKQ7LZ3GRS5BDUYA"}}}
	if diff := cmp.Diff(tags, claims["https://aws.amazon.com/tags"]); diff != "" {
		t.Errorf("session tags (-want +got):\n%s", diff)
	}
}

func jsonOf(t *testing.T, v any) string {
	t.Helper()
	raw, err := json.Marshal(v)
	if err != nil {
		t.Fatal(err)
	}
	return string(raw)
}

// Of concurrent requests, one redeems a code or a refresh token.
func TestConcurrentRedemption(t *testing.T) {
	_, issuerURL := serve(t, nil)
	const clients = 20
	race := func(t *testing.T, form func() url.Values) (won []tokenResponse) {
		t.Helper()
		responses := make([]tokenResponse, clients)
		var all sync.WaitGroup
		for n := range responses {
			all.Go(func() { responses[n] = exchange(t, issuerURL, form()) })
		}
		all.Wait()
		for _, a := range responses {
			if a.status == http.StatusOK {
				won = append(won, a)
			} else if a.status != http.StatusBadRequest || a.Error != "invalid_grant" {
				t.Errorf("another request got %d %s", a.status, a.Error)
			}
		}
		return won
	}

	code := signIn(t, issuerURL, "admin")
	if won := race(t, func() url.Values { return redeem(code) }); len(won) != 1 {
		t.Errorf("%d of %d redeemed one code", len(won), clients)
	}

	first := exchange(t, issuerURL, redeem(signIn(t, issuerURL, "admin")))
	won := race(t, func() url.Values { return refresh(first.RefreshToken) })
	if len(won) != 1 {
		t.Fatalf("%d of %d rotated one refresh token", len(won), clients)
	}
	// Reuse revokes the whole family.
	if after := exchange(t, issuerURL, refresh(won[0].RefreshToken)); after.Error != "invalid_grant" {
		t.Errorf("the family is still valid: %d %s", after.status, after.Error)
	}
}
