package jwtauth

import (
	"encoding/json"
	"reflect"
	"testing"

	"example.com/securedpets/pkg/strictjson"
)

// FuzzClaims holds that a struct gets exactly what a map, whose names cannot be mistaken, has under
// the same names.
func FuzzClaims(f *testing.F) {
	for _, seed := range []string{
		`{"email":"a","EMAIL":"b"}`, `{"\u0065mail":"a","Email":"b"}`, `{"inner":{"email":"a","eMail":"b"},"Inner":{}}`,
		`{"list":[{"email":"a"},{"EMAIL":"b"}]}`, `{"any":{"A":1,"a":2}}`, `{"email":null}`, `{"\u212aey":"kelvin","key":"k"}`,
		` {"EMAIL":"b"}`, "\t\r\n {\"inner\":{\"eMail\":\"b\"}}", `{"list": [ {"EMAIL":"b"}]}`, `{"inner": {"EMAIL":"b"}}`,
	} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, payload string) {
		if _, err := strictjson.Scan([]byte(payload), nil); err != nil {
			return // no token has such claims
		}
		token := &Token{payload: payload}
		type person struct {
			Email *string `json:"email"`
			Key   *string `json:"key"`
		}
		var got struct {
			person
			Inner *person         `json:"inner"`
			List  []person        `json:"list"`
			Any   json.RawMessage `json:"any"`
		}
		names := map[string]json.RawMessage{}
		if err := token.Claims(&names); err != nil {
			t.Fatal("a map did not fit:", err)
		}
		if token.Claims(&got) != nil {
			return // a claim of another type
		}
		same(t, names["email"], got.Email)
		same(t, names["key"], got.Key)
		if string(got.Any) != string(names["any"]) {
			t.Errorf("any is %s, not %s", got.Any, names["any"])
		}
		inner := map[string]json.RawMessage{}
		if got.Inner != nil && json.Unmarshal(names["inner"], &inner) == nil {
			same(t, inner["email"], got.Inner.Email)
		}
		list := []map[string]json.RawMessage{}
		if json.Unmarshal(names["list"], &list) == nil {
			for n := range got.List {
				same(t, list[n]["email"], got.List[n].Email)
			}
		}
	})
}

func same(t *testing.T, source json.RawMessage, got *string) {
	t.Helper()
	var want *string
	if source != nil && json.Unmarshal(source, &want) != nil {
		t.Fatalf("%s became a string", source)
	}
	if !reflect.DeepEqual(want, got) {
		t.Errorf("%s was not what the field got", source)
	}
}
