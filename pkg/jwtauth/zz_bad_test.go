package jwtauth_test

import (
	"encoding/json"
	"os"
	"strings"
	"testing"
	"time"
	"fmt"

	"example.com/securedpets/pkg/jwtauth"
	"example.com/securedpets/pkg/jwtauth/jwtauthtest"
)

type badCase struct {
	ID, Area string
	Input json.RawMessage
	Expected struct{ Status any; Reason string; Note string }
	Reason string
}

func TestBad(t *testing.T) {
	b, err := os.ReadFile("/work/shared/cases/bad-inputs.json")
	if err != nil { t.Skip() }
	var doc struct{ Cases []badCase }
	if err := json.Unmarshal(b, &doc); err != nil { t.Fatal(err) }
	fixed := time.Unix(1800000000, 0)
	is := jwtauthtest.NewIssuer(t)
	is.Now = func() time.Time { return fixed }
	v := is.Verifier()
	n := 0
	check := func(c badCase, tok string, what string) {
		n++
		_, err := v.Verify(t.Context(), tok)
		got := jwtauth.Label(err)
		want := c.Expected.Reason
		if c.Expected.Status == 200.0 { want = "ok" }
		if want == "insufficient_scope" { want = "ok" }
		if got != want { t.Errorf("%s %s: got %s (%v) want %s: %s", c.ID, what, got, err, want, c.Reason) }
	}
	sub := func(s string) string {
		s = strings.ReplaceAll(s, "{{ISS}}", is.URL)
		s = strings.ReplaceAll(s, "{{AUD}}", jwtauthtest.Audience)
		for k, d := range map[string]int64{"{{NOW-1}}": -1, "{{NOW+1}}": 1, "{{NOW+60}}": 60, "{{NOW+3600}}": 3600, "{{NOW+31536000*10}}": 315360000} {
			s = strings.ReplaceAll(s, k, fmt.Sprint(fixed.Unix()+d))
		}
		return s
	}
	for _, c := range doc.Cases {
		switch c.Area {
		case "jose-header":
			var in struct { Header json.RawMessage; Sign string }
			json.Unmarshal(c.Input, &in)
			var s string
			h := string(in.Header)
			if json.Unmarshal(in.Header, &s) == nil { h = s }
			e := []jwtauthtest.Edit{jwtauthtest.HeaderJSON(h)}
			if in.Sign == "rs256:attacker" { e = append(e, jwtauthtest.SignedBy(is.NewKey("a", "RS256"))) }
			check(c, is.Token(e...), h)
		case "jwt-claims", "scopes":
			var in struct { ClaimsPatch json.RawMessage `json:"claims_patch"` }
			json.Unmarshal(c.Input, &in)
			var s string
			if json.Unmarshal(in.ClaimsPatch, &s) == nil {
				s = sub(s)
				base := fmt.Sprintf(`"iss":%q,"sub":"s","aud":%q,"exp":%d`, is.URL, jwtauthtest.Audience, fixed.Unix()+3600)
				inner := strings.TrimSuffix(strings.TrimPrefix(s, "{"), "}")
				if i := strings.Index(inner, "}"); i > 0 && !strings.HasSuffix(s, "}") { inner = inner[:i] }
				for _, m := range []string{"iss", "aud", "exp"} {
					if strings.Contains(inner, `"`+m+`"`) || strings.Contains(inner, `"`+strings.ToUpper(m)+`"`) {
						parts := strings.Split(base, ",")
						var keep []string
						for _, p := range parts { if !strings.HasPrefix(p, `"`+m+`"`) { keep = append(keep, p) } }
						base = strings.Join(keep, ",")
					}
				}
				inner = strings.TrimSuffix(inner, "} (no aud)")
				check(c, is.Token(jwtauthtest.ClaimsJSON("{"+base+","+inner+"}")), base+","+inner)
				continue
			}
			var m map[string]any
			json.Unmarshal(in.ClaimsPatch, &m)
			var e []jwtauthtest.Edit
			for k, v := range m {
				if v == "<absent>" { e = append(e, jwtauthtest.Without(k)); continue }
				if str, ok := v.(string); ok {
					if strings.HasPrefix(str, "{{NOW") { e = append(e, jwtauthtest.Claim(k, json.RawMessage(sub(str)))); continue }
					if str == "1e300" { e = append(e, jwtauthtest.Claim(k, json.RawMessage(str))); continue }
					e = append(e, jwtauthtest.Claim(k, sub(str))); continue
				}
				var raw map[string]json.RawMessage
				json.Unmarshal(in.ClaimsPatch, &raw)
				e = append(e, jwtauthtest.Claim(k, raw[k]))
			}
			check(c, is.Token(e...), string(in.ClaimsPatch))
		case "jwt-structure":
			var in struct { Token, Desc string }
			json.Unmarshal(c.Input, &in)
			good := is.Token()
			p := strings.Split(good, ".")
			tok := in.Token
			switch c.ID {
			case "JS-011": tok = p[0]+"."+p[1]+"."+strings.NewReplacer("-", "+", "_", "/").Replace(p[2])
			case "JS-012":
				const al = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"
				l := p[2][len(p[2])-1]
				tok = good[:len(good)-1] + string(al[strings.IndexByte(al, l)|1])
			case "JS-013": tok = p[0]+"."+p[1]+"."+p[2][:10]+"\n"+p[2][10:]
			case "JS-014": tok = good+"\r"
			case "JS-015": tok = p[0]+"."+p[1][:10]+"\n"+p[1][10:]+"."+p[2]
			case "JS-018","JS-019","JS-020": tok = is.Token(jwtauthtest.HeaderJSON(in.Token))
			case "JS-021": tok = is.Token(jwtauthtest.ClaimsJSON("null"))
			case "JS-022": tok = is.Token(jwtauthtest.ClaimsJSON("[{}]"))
			case "JS-023": tok = is.Token(jwtauthtest.ClaimsJSON(`{"iss":"`+is.URL+`"}x`))
			case "JS-025": tok = is.Token(jwtauthtest.ClaimsJSON("\ufeff{}"))
			case "JS-026": tok = is.Token(jwtauthtest.ClaimsJSON("{\"n\":\"\xff\xfe\"}"))
			case "JS-029": tok = strings.Split(is.Token(jwtauthtest.Header("x", 1)), ".")[0]+"."+p[1]+"."+p[2]
			case "JS-030": continue
			default: tok = strings.NewReplacer("{{H}}", p[0], "{{P}}", p[1], "{{SIG}}", p[2]).Replace(in.Token)
			}
			check(c, tok, in.Desc)
		case "bearer-header":
			var in struct { Headers map[string]string }
			json.Unmarshal(c.Input, &in)
			h := in.Headers["authorization"]
			if i := strings.Index(h, "{{VALID with"); i>=0 { h = h[:i] + strings.ReplaceAll(is.Token(), ".", "\uff0e") }
			if strings.Contains(h, "9000 bytes") { h = "Bearer "+strings.Repeat("a", 9000) }
			if strings.Contains(h, "1 MiB") { h = "Bearer "+strings.Repeat(".", 1<<20) }
			h = strings.NewReplacer("{{VALID}}", is.Token(), "{{VALID2}}", is.Token()).Replace(h)
			tok, err := jwtauth.ParseBearer(h)
			n++
			if err == nil { _, err = v.Verify(t.Context(), tok) }
			want := c.Expected.Reason
			if c.Expected.Status == 200.0 { want = "ok" }
			if got := jwtauth.Label(err); got != want { t.Errorf("%s: got %s want %s", c.ID, got, want) }
		}
	}
	t.Log(n, "cases")
}
