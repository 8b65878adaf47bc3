package main

import (
	"encoding/json"
	"net/http"
	"strings"
	"testing"
	"time"

	"example.com/securedpets/functions/contract"
	ft "example.com/securedpets/functions/internal/functiontest"
	jt "example.com/securedpets/pkg/jwtauth/jwtauthtest"
)

// The ID token in the body identifies the buyer of these tests: their access
// token has no e-mail.
const subject = "google|ann"

func (s shop) idToken(edits ...jt.Edit) string {
	edits = append([]jt.Edit{jt.SubjectOf(subject), jt.Claim("email", "ann@example.com")}, edits...)
	return s.issuer.IDToken(edits...)
}

func (s shop) plainBuyer(edits ...jt.Edit) ft.Edit {
	edits = append([]jt.Edit{jt.SubjectOf(subject), jt.Scopes(contract.ScopePurchasePets)}, edits...)
	return ft.Bearer(s.issuer.Token(edits...))
}

func withAuthToken(t *testing.T, token string) ft.Edit {
	t.Helper()
	body, err := json.Marshal(map[string]any{"petId": 1, "authToken": token})
	if err != nil {
		t.Fatal(err)
	}
	return ft.Body(string(body))
}

func TestIDTokensThatBuy(t *testing.T) {
	for _, scheme := range []string{"bearer ", "Bearer ", "BEARER  ", ""} {
		s := open(t, dog, cat)
		resp := s.post(t, s.plainBuyer(), withAuthToken(t, scheme+s.idToken()))
		ft.Want(t, "scheme "+scheme, resp, http.StatusOK, annsDog)
	}
	// Only the name "authToken" to the letter is the token; a name is never taken from the body.
	s := open(t, dog, cat)
	a, b := s.idToken(), s.idToken(jt.SubjectOf("google|bob"), jt.Claim("email", "bob@example.com"))
	body := `{"petId":1,"userName":"victim","authToken":"bearer ` + a + `","authToken ":"bearer ` + b + `","AUTHTOKEN":"bearer ` + b + `"}`
	ft.Want(t, "look-alikes", s.post(t, s.plainBuyer(), ft.Body(body)), http.StatusOK, annsDog)
}

func TestIDTokensThatDoNot(t *testing.T) {
	s := open(t, dog, cat)
	foreign := s.issuer.NewKey("k1", "RS256")
	for _, tt := range []struct {
		name  string
		token string
	}{
		{"empty", ""},
		{"a scheme alone", "bearer "},
		{"another scheme", "xxbearer " + s.idToken()},
		{"a line break", "bearer " + s.idToken() + "\n"},
		{"two tokens", "bearer " + s.idToken() + " " + s.idToken()},
		{"no e-mail", s.idToken(jt.Without("email"))},
		{"an unverified e-mail: anyone could register it", s.idToken(jt.Claim("email_verified", false))},
		{"not known to be verified", s.idToken(jt.Without("email_verified"))},
		{"verified in words", s.idToken(jt.Claim("email_verified", "true"))},
		{"an e-mail with a line break", s.idToken(jt.Claim("email", "a@b.c\r\nX"))},
		{"an e-mail that is none", s.idToken(jt.Claim("email", "fred flintstone"))},
		{"an empty e-mail", s.idToken(jt.Claim("email", ""))},
		{"an e-mail that is a list", s.idToken(jt.Claim("email", []string{"ann@example.com"}))},
		{"an endless e-mail", s.idToken(jt.Claim("email", strings.Repeat("a", 251)+"@b.c"))},
		{"in other letters", s.idToken(jt.Without("email"), jt.Claim("EMAIL", "ann@example.com"))},
		{"an access token", s.issuer.Token(jt.SubjectOf(subject), jt.Claim("email", "ann@example.com"), jt.Claim("email_verified", true))},
		{"of another application", s.idToken(jt.AudienceOf("client-2"))},
		{"expired", s.idToken(jt.ExpiresIn(-time.Second))},
		{"of another subject", s.idToken(jt.SubjectOf("google|bob"))},
		{"forged", s.idToken(jt.SignedBy(foreign))},
		{"signed with a shared secret", s.idToken(jt.Header("alg", "HS256"))},
		{"unsigned", s.idToken(jt.Header("alg", "none"), jt.Signature(func(string) []byte { return nil }))},
	} {
		resp := s.post(t, s.plainBuyer(), withAuthToken(t, tt.token))
		ft.Want(t, tt.name, resp, http.StatusUnauthorized, noBuyer)
		if resp.Headers["www-authenticate"] == "" {
			t.Errorf("%s: 401 without a challenge", tt.name)
		}
		// A good e-mail in the access token does not mend a bad ID token.
		resp = s.post(t, s.buyer("ann"), withAuthToken(t, tt.token))
		ft.Want(t, tt.name+", despite the access token", resp, http.StatusUnauthorized, noBuyer)
	}
	s.wantOwners(t, "no sale", map[int64]string{})
}

func TestAccessTokenWithoutEmail(t *testing.T) {
	s := open(t, dog, cat)
	for _, tt := range []struct {
		name  string
		edits []jt.Edit
		body  string
	}{
		{"no e-mail", nil, `{"petId":1}`},
		{"a name in the body", nil, `{"petId":1,"userName":"fred flintstone","email":"fred@example.com"}`},
		{"an unverified e-mail", []jt.Edit{jt.Claim("email", "ann@example.com"), jt.Claim("email_verified", false)}, `{"petId":1}`},
		{"no address", []jt.Edit{jt.Claim(jt.Audience+"/email", "ann")}, `{"petId":1}`},
		{"a bad one first", []jt.Edit{jt.Claim(jt.Audience+"/email", ""), jt.Claim("email", "ann@example.com")}, `{"petId":1}`},
		{"of another API", []jt.Edit{jt.Claim("https://other.example/email", "ann@example.com")}, `{"petId":1}`},
	} {
		ft.Want(t, tt.name, s.post(t, s.plainBuyer(tt.edits...), ft.Body(tt.body)), http.StatusUnauthorized, noBuyer)
	}
	s.wantOwners(t, "no sale", map[int64]string{})
}

func TestEmailClaim(t *testing.T) {
	for _, tt := range []struct {
		name   string
		claim  string
		edits  []jt.Edit
		status int
		body   string
	}{
		{"plain by default", "", []jt.Edit{jt.Claim("email", "ann@example.com")}, http.StatusOK, annsDog},
		{"configured", "mail", []jt.Edit{jt.Claim("mail", "ann@example.com"), jt.Claim("email", "bob@example.com")}, http.StatusOK, annsDog},
		{"configured and absent", "mail", []jt.Edit{jt.Claim("email", "ann@example.com")}, http.StatusUnauthorized, noBuyer},
	} {
		s := open(t, dog, cat)
		s.f = s.function(t, map[string]string{"EMAIL_CLAIM": tt.claim})
		ft.Want(t, tt.name, s.post(t, s.plainBuyer(tt.edits...)), tt.status, tt.body)
	}
}

func TestNothingPersonalIsLogged(t *testing.T) {
	s := open(t, dog, cat)
	secrets := []string{s.idToken(), s.idToken(jt.ExpiresIn(-time.Second))}
	for _, token := range secrets {
		s.post(t, s.plainBuyer(), withAuthToken(t, token))
	}
	for _, secret := range append(secrets, "ann@example.com", subject, "k1") {
		if strings.Contains(s.f.Log(), secret) {
			t.Errorf("the log has a token, an e-mail, a subject or a key id:\n%s", s.f.Log())
		}
	}
}
