package issuer

import (
	"errors"
	"net/http"
	"net/http/httptest"
	"testing"
	"time"

	"github.com/luikyv/go-oidc/pkg/goidc"
)

type clock struct{ at time.Time }

func (c *clock) now() time.Time { return c.at }

func (c *clock) advance(d time.Duration) { c.at = c.at.Add(d) }

func newClock() *clock { return &clock{time.Unix(1_700_000_000, 0)} }

func TestStoreRefreshTokens(t *testing.T) {
	const day = 24 * time.Hour
	type step struct {
		after time.Duration
		token string
		want  error
	}
	for name, steps := range map[string][]step{
		"a valid token":    {{token: "second"}},
		"an unknown token": {{token: "third", want: goidc.ErrNotFound}},
		"no token":         {{token: "", want: goidc.ErrNotFound}},
		// RFC 9700, section 4.14.2: reuse revokes the family.
		"a used token, then the valid one": {{token: "first", want: goidc.ErrNotFound}, {token: "second", want: goidc.ErrNotFound}},
		// Rotation does not extend the lifetime.
		"a token at its expiry":           {{after: day, token: "second"}},
		"a token after its expiry":        {{after: day + time.Second, token: "second", want: goidc.ErrNotFound}},
		"a token valid before its expiry": {{token: "second"}, {after: 2 * day, token: "second", want: goidc.ErrNotFound}},
	} {
		t.Run(name, func(t *testing.T) {
			c := newClock()
			s := newStore(c.now, day)
			grant := goidc.Grant{ID: "g", CreatedAt: int(c.at.Unix()), RefreshToken: "first"}
			for _, token := range []string{"first", "second"} {
				grant.RefreshToken = token
				if err := s.SaveGrant(t.Context(), &grant); err != nil {
					t.Fatal(err)
				}
			}
			for _, step := range steps {
				c.advance(step.after)
				if _, err := s.GrantByRefreshToken(t.Context(), step.token); !errors.Is(err, step.want) {
					t.Errorf("%q: error %v, want %v", step.token, err, step.want)
				}
			}
		})
	}
}

// The library changes a grant before it saves it, and may fail in between.
func TestStoreReturnsCopies(t *testing.T) {
	s := newStore(newClock().now, time.Hour)
	if err := s.SaveGrant(t.Context(), &goidc.Grant{ID: "g", AuthCode: "code"}); err != nil {
		t.Fatal(err)
	}
	grant, err := s.GrantByAuthCode(t.Context(), "code")
	if err != nil {
		t.Fatal(err)
	}
	grant.RevokedAt = 1
	if _, err := s.GrantByAuthCode(t.Context(), "code"); err != nil {
		t.Errorf("an unsaved change was kept: %v", err)
	}
}

func TestStoreRefusesAnUnsignedToken(t *testing.T) {
	s := newStore(newClock().now, time.Hour)
	if err := s.SaveToken(t.Context(), &goidc.Token{}); !errors.Is(err, errUnsigned) {
		t.Errorf("error %v, want %v", err, errUnsigned)
	}
}

func TestStoreSweep(t *testing.T) {
	c := newClock()
	s := newStore(c.now, time.Hour)
	second := int(c.at.Unix())
	_ = s.SaveGrant(t.Context(), &goidc.Grant{ID: "old", CreatedAt: second, AuthCode: "code", RefreshToken: "refresh"})
	_ = s.SaveToken(t.Context(), &goidc.Token{ID: "token", ExpiresAt: second + 60})
	_ = s.SaveSession(t.Context(), &goidc.AuthnSession{ID: "login", ExpiresAt: second + 60})
	_ = s.SaveLogoutSession(t.Context(), &goidc.LogoutSession{ID: "logout", ExpiresAt: second + 60})
	c.advance(2 * time.Hour)
	_ = s.SaveGrant(t.Context(), &goidc.Grant{ID: "new", CreatedAt: int(c.at.Unix())})
	if n := len(s.byCode) + len(s.byRefresh) + len(s.tokens) + len(s.logins) + len(s.logouts); n != 0 || len(s.grants) != 1 {
		t.Errorf("%d expired entries and %d grants remain", n, len(s.grants))
	}
}

func TestSessionExpires(t *testing.T) {
	c := newClock()
	s := &sessions{now: c.now, byID: map[string]session{}}
	response := httptest.NewRecorder()
	s.begin(response, httptest.NewRequest(http.MethodPost, "http://localhost/", nil), "someone")
	request := httptest.NewRequest(http.MethodGet, "http://localhost/", nil)
	for _, cookie := range response.Result().Cookies() {
		if !cookie.HttpOnly || cookie.SameSite != http.SameSiteLaxMode {
			t.Errorf("cookie %s is readable by scripts or sent cross-site", cookie.Name)
		}
		request.AddCookie(cookie)
	}
	for _, step := range []struct {
		after time.Duration
		want  bool
	}{{0, true}, {sessionLifetime, true}, {time.Second, false}} {
		c.advance(step.after)
		if _, ok := s.of(request); ok != step.want {
			t.Errorf("%v later: session %t, want %t", step.after, ok, step.want)
		}
	}
}

func TestSessionFixation(t *testing.T) {
	s := &sessions{now: newClock().now, byID: map[string]session{}}
	planted := httptest.NewRequest(http.MethodPost, "http://localhost/", nil)
	planted.AddCookie(&http.Cookie{Name: cookieSession, Value: "planted"})
	s.begin(httptest.NewRecorder(), planted, "someone")
	if _, ok := s.of(planted); ok {
		t.Error("the planted cookie is signed in")
	}
}

func TestSessionReplaced(t *testing.T) {
	s := &sessions{now: newClock().now, byID: map[string]session{}}
	response := httptest.NewRecorder()
	s.begin(response, httptest.NewRequest(http.MethodPost, "http://localhost/", nil), "first")
	again := httptest.NewRequest(http.MethodPost, "http://localhost/", nil)
	again.AddCookie(response.Result().Cookies()[0])
	s.begin(httptest.NewRecorder(), again, "second")
	if first, ok := s.of(again); ok {
		t.Errorf("the session of %s is still valid", first.userID)
	}
}
