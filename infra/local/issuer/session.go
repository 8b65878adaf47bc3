package issuer

import (
	"crypto/rand"
	"crypto/subtle"
	"maps"
	"net/http"
	"time"
)

const (
	cookieSession   = "secured-pets-session" // the signed-in user
	cookieBrowser   = "secured-pets-browser" // the browser that started a login
	sessionLifetime = 8 * time.Hour
)

// session is a user signed in at the issuer.
type session struct {
	userID   string
	authTime time.Time
}

// sessions is guarded by the handler's lock.
type sessions struct {
	now  func() time.Time
	byID map[string]session
}

func (s *sessions) of(r *http.Request) (session, bool) {
	cookie, err := r.Cookie(cookieSession)
	if err != nil {
		return session{}, false
	}
	found, ok := s.byID[cookie.Value]
	if !ok || s.now().After(found.authTime.Add(sessionLifetime)) {
		return session{}, false
	}
	return found, true
}

// begin creates a new id, which prevents session fixation.
func (s *sessions) begin(w http.ResponseWriter, r *http.Request, userID string) session {
	s.end(w, r)
	now := s.now()
	maps.DeleteFunc(s.byID, func(_ string, old session) bool { return now.After(old.authTime.Add(sessionLifetime)) })
	id := rand.Text()
	s.byID[id] = session{userID: userID, authTime: now}
	setCookie(w, cookieSession, id, int(sessionLifetime/time.Second))
	return s.byID[id]
}

func (s *sessions) end(w http.ResponseWriter, r *http.Request) {
	if cookie, err := r.Cookie(cookieSession); err == nil {
		delete(s.byID, cookie.Value)
		setCookie(w, cookieSession, "", -1)
	}
}

// browserID returns the browser's id, which binds a login to the browser that
// started it.
func browserID(w http.ResponseWriter, r *http.Request) string {
	if cookie, err := r.Cookie(cookieBrowser); err == nil && len(cookie.Value) == len(rand.Text()) {
		return cookie.Value
	}
	id := rand.Text()
	setCookie(w, cookieBrowser, id, int(sessionLifetime/time.Second))
	return id
}

func isBrowser(r *http.Request, id string) bool {
	cookie, err := r.Cookie(cookieBrowser)
	return err == nil && id != "" && subtle.ConstantTimeCompare([]byte(cookie.Value), []byte(id)) == 1
}

// setCookie omits Secure for http://localhost. Lax allows the redirect from the
// application.
func setCookie(w http.ResponseWriter, name, value string, maxAge int) {
	http.SetCookie(w, &http.Cookie{ //nolint:gosec // loopback without TLS
		Name: name, Value: value, Path: "/", MaxAge: maxAge, HttpOnly: true, SameSite: http.SameSiteLaxMode,
	})
}
