package strictjson

import (
	"bytes"
	"encoding/json"
	"errors"
	"reflect"
	"testing"
	"unicode/utf8"
)

// FuzzScan compares with encoding/json. What is accepted here is valid there, with the same names
// and values. What is valid there is refused here only for a reason of this package.
func FuzzScan(f *testing.F) {
	for _, seed := range []string{
		`{"a":1}`, `{"a":"\ud834\udd1e","b":[{},[],1e5]}`, `{"a":1,"\u0061":2}`, `{"a":{"b":null}}`, "{\"a\":\"é\x7f\"}", `{"a":-0.0}`, `{"":""}`,
	} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, doc []byte) {
		members, err := Scan(doc, nil)
		if errors.Is(err, ErrDuplicate) || errors.Is(err, ErrLimit) || errors.Is(err, ErrEncoding) {
			return
		}
		var other map[string]json.RawMessage
		otherErr := json.Unmarshal(doc, &other)
		if err != nil {
			if otherErr == nil && other != nil {
				t.Fatalf("refused %q", doc)
			}
			return
		}
		if otherErr != nil {
			t.Fatalf("accepted %q, where encoding/json says %v", doc, otherErr)
		}
		if len(members) != len(other) {
			t.Fatalf("%d members, encoding/json has %d", len(members), len(other))
		}
		for _, m := range members {
			if string(other[Text(doc, m.Name)]) != string(Source(doc, m.Value)) {
				t.Fatalf("member %q differs", Text(doc, m.Name))
			}
			var text string
			if m.Value.Kind == String && (json.Unmarshal(Source(doc, m.Value), &text) != nil || text != Text(doc, m.Value)) {
				t.Fatalf("text %q differs from %q", Text(doc, m.Value), text)
			}
		}
	})
}

// FuzzParse compares with encoding/json. What is accepted has the same tree there, also after
// writing and reading it again. What is refused here and accepted there has the fault that the
// error names. Scan agrees.
func FuzzParse(f *testing.F) {
	for _, seed := range []string{
		`{"a":[1,null,"x"]}`, `{"a":1,"a":2}`, `"\ud83d\ude00"`, `"\ud800"`, `[[[`, `[1.50e-3,-0,{"":[]}]`, ` "\u0061\\/\b" `, `{"a":{"b":1},"b":{"a":"\""}}`,
		`[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]`, `{"a":1,"\u0061":[tru]}`, "[\"\xff\"]",
	} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		got, err := Parse(data)
		if _, scanErr := Scan(data, nil); !errors.Is(scanErr, ErrLimit) && isObject(data) && (scanErr == nil) != (err == nil) {
			t.Fatalf("%q: Parse says %v, Scan %v", data, err, scanErr)
		}
		if err != nil {
			if !isJustified(data, err) {
				t.Fatalf("%q: refused with %v", data, err)
			}
			return
		}
		if want, err := lenient(data); err != nil || !reflect.DeepEqual(got, want) {
			t.Fatalf("read as %#v, want %#v (%v)", got, want, err)
		}
		if names(got) != colons(data) {
			t.Fatalf("%q: accepted with equal names", data)
		}
		compact, err := json.Marshal(got)
		if err != nil {
			t.Fatal(err)
		}
		if again, err := Parse(compact); err != nil || !reflect.DeepEqual(got, again) {
			t.Fatalf("%q: read again as %#v, want %#v (%v)", compact, again, got, err)
		}
	})
}

func isObject(data []byte) bool { return bytes.HasPrefix(bytes.TrimLeft(data, " \t\r\n"), []byte("{")) }

func lenient(data []byte) (v any, err error) {
	d := json.NewDecoder(bytes.NewReader(data))
	d.UseNumber()
	return v, d.Decode(&v)
}

// isJustified finds the fault that err names, by other means.
func isJustified(data []byte, err error) bool {
	switch {
	case errors.Is(err, ErrSyntax):
		return !json.Valid(data)
	case errors.Is(err, ErrEncoding):
		return !utf8.Valid(data) || bytes.Contains(bytes.ToLower(data), []byte(`\ud`))
	case errors.Is(err, ErrLimit):
		return bytes.Count(data, []byte("["))+bytes.Count(data, []byte("{")) > MaxDepth
	case errors.Is(err, ErrDuplicate):
		// Written by its tree, in which equal names are one, the document has fewer names.
		v, err := lenient(data)
		return err == nil && names(v) < colons(data)
	}
	return false
}

// names counts the members in a tree.
func names(v any) (n int) {
	switch v := v.(type) {
	case map[string]any:
		for _, value := range v {
			n += 1 + names(value)
		}
	case []any:
		for _, value := range v {
			n += names(value)
		}
	}
	return n
}

// colons counts the members in a text: one at each colon outside of a string.
func colons(data []byte) (n int) {
	inString := false
	for i := 0; i < len(data); i++ {
		switch c := data[i]; {
		case c == '\\':
			i++
		case c == '"':
			inString = !inString
		case c == ':' && !inString:
			n++
		}
	}
	return n
}
