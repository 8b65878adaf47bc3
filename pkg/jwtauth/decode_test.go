package jwtauth_test

import (
	"encoding/json"
	"reflect"
	"testing"
	"time"

	"example.com/securedpets/pkg/jwtauth"
	"example.com/securedpets/pkg/jwtauth/jwtauthtest"
)

type embedded struct {
	Promoted string `json:"promoted"`
}

type custom struct {
	Email    string             `json:"email"`
	Verified *bool              `json:"email_verified,omitempty"`
	Plain    int                // its own name
	Hidden   string             `json:"-"`
	Address  *address           `json:"address"`
	List     []address          `json:"list"`
	ByName   map[string]address `json:"by_name"`
	Raw      json.RawMessage    `json:"raw"`
	When     time.Time          `json:"when"`
	Any      any                `json:"any"`
	embedded
}

type address struct {
	City string `json:"city"`
}

func TestDecodeClaims(t *testing.T) {
	issuer := newIssuer(t)
	yes := true
	for text, want := range map[string]custom{
		`"email":"a@b.example"`: {Email: "a@b.example"},
		// Another case is another name, at every depth. encoding/json uses the last one.
		`"email":"a","EMAIL":"evil"`:                   {Email: "a"},
		`"Email":"evil"`:                               {},
		`"\u0065mail":"a"`:                             {Email: "a"},
		`"email_verified":true,"EMAIL_VERIFIED":false`: {Verified: &yes},
		`"Plain":1,"plain":2`:                          {Plain: 1},
		`"Hidden":"x","-":"x"`:                         {},
		`"address":{"city":"a","City":"evil"}`:         {Address: &address{"a"}},
		`"list":[{"city":"a"},{"CITY":"evil"},null]`:   {List: []address{{"a"}, {}, {}}},
		`"by_name":{"X":{"city":"a","cITY":"evil"}}`:   {ByName: map[string]address{"X": {"a"}}},
		`"raw":{"a":1,"A":2}`:                          {Raw: json.RawMessage(`{"a":1,"A":2}`)},
		`"any":{"a":1,"A":2}`:                          {Any: map[string]any{"a": 1.0, "A": 2.0}},
		`"when":"2027-01-15T08:00:00Z"`:                {When: time.Date(2027, 1, 15, 8, 0, 0, 0, time.UTC)},
		`"promoted":"a","Promoted":"evil"`:             {embedded: embedded{"a"}},
	} {
		token := verified(t, issuer, text)
		var got custom
		if err := token.Claims(&got); err != nil || !reflect.DeepEqual(got, want) {
			t.Errorf("%s: %+v %v", text, got, err)
		}
	}
}

// verified is a token with these claims beside the usual ones.
func verified(t *testing.T, issuer *jwtauthtest.Issuer, claims string) *jwtauth.Token {
	t.Helper()
	token, err := issuer.Verifier().Verify(t.Context(), issuer.Token(jwtauthtest.ClaimsJSON(with(payload(issuer), claims))))
	if err != nil {
		t.Fatal(err)
	}
	return token
}

func TestDecodeClaimsIntoAMap(t *testing.T) {
	issuer := newIssuer(t)
	got := map[string]any{}
	if err := verified(t, issuer, `"a":1,"A":[true,null]`).Claims(&got); err != nil {
		t.Fatal(err)
	}
	if got["iss"] != issuer.URL || got["a"] != 1.0 || !reflect.DeepEqual(got["A"], []any{true, nil}) {
		t.Error(got)
	}
}

func TestDecodeClaimsComplains(t *testing.T) {
	token := verified(t, newIssuer(t), `"email":5`)
	for name, target := range map[string]any{
		"nil": nil, "no pointer": custom{}, "nil pointer": (*custom)(nil), "another type": &custom{}, "a list": &[]string{},
	} {
		if err := token.Claims(target); err == nil {
			t.Error(name, "was filled")
		}
	}
	if (*jwtauth.Token)(nil).Claims(&custom{}) == nil || (&jwtauth.Token{}).Claims(&custom{}) == nil {
		t.Error("claims of a token that was not verified")
	}
}
