package jwtauth_test

import (
	"encoding/json"
	"reflect"
	"testing"

	"example.com/securedpets/pkg/jwtauth"
)

type person struct {
	Email string `json:"email"`
}

type (
	// tagged and untagged promote a field of one name from the same depth: the tagged one is
	// filled.
	tagged   struct{ Inner person }
	untagged struct{ Inner person }
	// shadow promotes a deeper field of a name that nested has itself.
	shadow struct {
		Inner any `json:"inner"`
	}
	shadowed struct {
		shadow
		Inner person `json:"inner"`
	}
	// twice promotes one name from two structs: neither is filled.
	left  struct{ Name string }
	right struct{ Name string }
	twice struct {
		left
		right
		Loud string `json:"NAME"`
	}
	// inObject gives an embedded struct a name: its fields are not promoted.
	named struct {
		Email string `json:"email"`
	}
	inObject struct {
		named `json:"person"`
		Loud  string `json:"EMAIL"`
	}
	Recursive struct {
		*Recursive
		Email string `json:"email"`
		Next  *List  `json:"next"`
	}
	List struct {
		Email string `json:"email"`
		Next  *List  `json:"next"`
	}
	stringer interface{ Mark() }
)

func (*person) Mark() {}

// TestDecodeClaimsByEveryRoute decodes a claim in another case along every route that encoding/json
// takes to a field, and a claim in the right case along the same one.
func TestDecodeClaimsByEveryRoute(t *testing.T) {
	issuer := newIssuer(t)
	p := func(email string) *person { return &person{email} }
	anyOf := func(v any) any { return &v }
	const wrong, right = `{"EMAIL":"evil","Email":"evil"}`, `{"email":"good","EMAIL":"evil"}`
	type slot struct {
		V any `json:"v"`
	}
	for name, route := range map[string]func(*person) any{
		"a struct": func(p *person) any {
			return &struct {
				V *person `json:"v"`
			}{p}
		},
		"an any":               func(p *person) any { return &slot{p} },
		"an any behind an any": func(p *person) any { return &slot{anyOf(p)} },
		"an any as the target": func(p *person) any { return anyOf(&slot{p}) },
		"a pointer to a pointer": func(p *person) any {
			return &struct {
				V **person `json:"v"`
			}{&p}
		},
		"an any with two pointers": func(p *person) any { return &slot{&p} },
		"another interface": func(p *person) any {
			return &struct {
				V stringer `json:"v"`
			}{p}
		},
		"an any in a struct in an any": func(p *person) any {
			return anyOf(&struct {
				V any `json:"v"`
			}{p})
		},
		"embedded": func(p *person) any {
			type outer struct{ slot }
			return &outer{slot{p}}
		},
		"embedded pointer": func(p *person) any {
			type Slot struct {
				V any `json:"v"`
			}
			return &struct{ *Slot }{&Slot{p}}
		},
	} {
		t.Run(name, func(t *testing.T) {
			for text, want := range map[string]string{wrong: "", right: "good"} {
				got := p("")
				if err := verified(t, issuer, `"v":`+text).Claims(route(got)); err != nil || got.Email != want {
					t.Errorf("%s: %+v, error %v", text, got, err)
				}
			}
		})
	}
	for name, route := range map[string]func(*person) any{
		"an array of any": func(p *person) any {
			return &struct {
				V [2]any `json:"v"`
			}{[2]any{p}}
		},
		"a slice of any": func(p *person) any {
			return &struct {
				V []any `json:"v"`
			}{[]any{p}}
		},
		"a slice with room": func(p *person) any {
			return &struct {
				V []any `json:"v"`
			}{[]any{p}[:0]}
		},
		"an any with a list":   func(p *person) any { return &slot{&[]any{p}} },
		"an any with pointers": func(p *person) any { return &slot{&[]*person{p}} },
		"a list of lists of any": func(p *person) any {
			return &struct {
				V [][]any `json:"v"`
			}{[][]any{{p}}}
		},
		"an any with a fixed list": func(p *person) any { return &slot{&[1]any{p}} },
	} {
		t.Run(name, func(t *testing.T) {
			for text, want := range map[string]string{wrong: "", right: "good"} {
				got := p("")
				list := "[" + text + ",1]"
				if name == "a list of lists of any" {
					list = "[[" + text + "]]"
				}
				if name == "an any with pointers" {
					list = "[" + text + ",null]"
				}
				if err := verified(t, issuer, `"v":`+list).Claims(route(got)); err != nil || got.Email != want {
					t.Errorf("%s: %+v, error %v", list, got, err)
				}
			}
		})
	}
}

// TestDecodeClaimsIntoShadowedFields decodes into structs where one name stands for several fields.
func TestDecodeClaimsIntoShadowedFields(t *testing.T) {
	issuer := newIssuer(t)
	for name, c := range map[string]struct {
		text         string
		target, want any
	}{
		"a deeper field of the same name": {
			`"inner":{"EMAIL":"evil"}`, &shadowed{}, &shadowed{},
		},
		"a deeper field of the same name, filled": {
			`"inner":{"email":"a"}`, &shadowed{}, &shadowed{Inner: person{"a"}},
		},
		"two fields of one name": {
			`"Name":"evil"`, &twice{}, &twice{},
		},
		"beside two fields of one name": {
			`"NAME":"a"`, &twice{}, &twice{Loud: "a"},
		},
		"a named embedded struct": {
			`"email":"evil","person":{"email":"a","EMAIL":"evil"}`, &inObject{}, &inObject{named: named{"a"}},
		},
		"the same embedded type twice": {
			`"Inner":{"email":"a"}`,
			&struct {
				tagged
				untagged
			}{},
			&struct {
				tagged
				untagged
			}{},
		},
		"a tag counts more": {
			`"Inner":{"email":"a","EMAIL":"evil"}`,
			&struct {
				untagged
				left2
			}{},
			&struct {
				untagged
				left2
			}{left2: left2{person{"a"}}},
		},
		"a recursive type": {
			`"email":"a","EMAIL":"evil","next":{"EMAIL":"evil","next":{"email":"b","Email":"evil"}}`,
			&Recursive{}, &Recursive{Email: "a", Next: &List{Next: &List{Email: "b"}}},
		},
	} {
		t.Run(name, func(t *testing.T) {
			if err := verified(t, issuer, c.text).Claims(c.target); err != nil || !reflect.DeepEqual(c.target, c.want) {
				t.Errorf("%+v, want %+v, error %v", c.target, c.want, err)
			}
		})
	}
}

type left2 struct {
	V person `json:"Inner"`
}

// TestDecodeClaimsIntoMaps replaces what a map holds, as encoding/json does.
func TestDecodeClaimsIntoMaps(t *testing.T) {
	issuer := newIssuer(t)
	old := &person{"old"}
	got := map[string]any{"v": old, "kept": 1}
	if err := verified(t, issuer, `"v":{"EMAIL":"a"}`).Claims(&got); err != nil {
		t.Fatal(err)
	}
	if !reflect.DeepEqual(got["v"], map[string]any{"EMAIL": "a"}) || got["kept"] != 1 || old.Email != "old" {
		t.Errorf("map %v, old value %+v", got, old)
	}
}

// TestDecodeClaimsIntoItself ends although the target holds its own address.
func TestDecodeClaimsIntoItself(t *testing.T) {
	token := verified(t, newIssuer(t), `"a":1`)
	var loop any
	loop = &loop
	if err := token.Claims(loop); err != nil {
		t.Fatal(err)
	}
	if m, ok := loop.(map[string]any); !ok || m["a"] != 1.0 {
		t.Errorf("claims %v", loop)
	}
}

// ownRules decodes by its own method.
type ownRules struct{ doc string }

func (o *ownRules) UnmarshalJSON(doc []byte) error {
	o.doc = string(doc)
	return nil
}

// TestDecodeClaimsIntoUnmarshaler passes the source of a claim on, whatever holds the unmarshaler.
func TestDecodeClaimsIntoUnmarshaler(t *testing.T) {
	issuer := newIssuer(t)
	const text = `{"a":1,"A":{"b":2,"B":3}}`
	got, raw := &ownRules{}, json.RawMessage{}
	for name, target := range map[string]any{
		"a field": &struct {
			V *ownRules `json:"v"`
		}{got},
		"an any": &struct {
			V any `json:"v"`
		}{got},
		"a map": &map[string]json.RawMessage{},
		"an any 2": &struct {
			V any `json:"v"`
		}{&raw},
	} {
		got.doc, raw = "", nil
		if err := verified(t, issuer, `"v":`+text).Claims(target); err != nil {
			t.Error(name, err)
		}
		if m, ok := target.(*map[string]json.RawMessage); ok {
			raw = (*m)["v"]
		}
		if got.doc+string(raw) != text {
			t.Errorf("%s: %q and %q", name, got.doc, raw)
		}
	}
	if err := verified(t, issuer, `"v":1`).Claims(&struct{ V jwtauth.Refusal }{}); err != nil {
		t.Error(err)
	}
}
