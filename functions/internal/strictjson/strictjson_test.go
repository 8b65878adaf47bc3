package strictjson

import (
	"encoding/json"
	"errors"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"
)

func TestParse(t *testing.T) {
	for _, tt := range []struct {
		data    string
		want    any
		wantErr error
	}{
		{`{"a":1,"A":1.0,"b":[null,true,"x"],"c":{}}`, Object{
			"a": json.Number("1"), "A": json.Number("1.0"), "b": Array{nil, true, "x"}, "c": Object{},
		}, nil},
		{" null ", nil, nil},
		{`"x"`, "x", nil},
		{`"\ud83d\ude00"`, "😀", nil},
		{`"\\ud800"`, `\ud800`, nil},
		{strings.Repeat("[", 32) + strings.Repeat("]", 32), nest(32), nil},
		{`{"a":"[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[\"{{{{"}`, Object{"a": strings.Repeat("[", 41) + `"{{{{`}, nil},
		// Not one document.
		{"", nil, ErrNotJSON},
		{"{", nil, ErrNotJSON},
		{`{"a":1}x`, nil, ErrNotJSON},
		{`{"a":1}{"a":2}`, nil, ErrNotJSON},
		{`{"a":NaN}`, nil, ErrNotJSON},
		{`{'a':1}`, nil, ErrNotJSON},
		{`{"a":1,}`, nil, ErrNotJSON},
		{`[1 2]`, nil, ErrNotJSON},
		{`{"a" 1}`, nil, ErrNotJSON},
		{"\ufeff{}", nil, ErrNotJSON},
		{`{"a":01}`, nil, ErrNotJSON},
		{`"\ud8"`, nil, ErrNotJSON},
		// Two names that are one, in whatever spelling.
		{`{"a":1,"a":2}`, nil, ErrDuplicate},
		{`{"a":1,"\u0061":2}`, nil, ErrDuplicate},
		{`[{"b":{"a":1,"a":1}}]`, nil, ErrDuplicate},
		// Text that is no text.
		{"\"\xff\"", nil, ErrEncoding},
		{`"\ud800"`, nil, ErrEncoding},
		{`"\ud800x"`, nil, ErrEncoding},
		{`"\ud800\u0041"`, nil, ErrEncoding},
		{`"\ude00\ud83d"`, nil, ErrEncoding},
		{`{"\ud800":1,"\ud801":2}`, nil, ErrEncoding},
		// Bombs.
		{strings.Repeat("[", 33) + strings.Repeat("]", 33), nil, ErrDepth},
		{`{"petId": ` + strings.Repeat("{", 10001), nil, ErrDepth},
	} {
		got, err := Parse([]byte(tt.data))
		if !errors.Is(err, tt.wantErr) {
			t.Errorf("Parse(%.60q): error %v, want %v", tt.data, err, tt.wantErr)
		}
		if !reflect.DeepEqual(got, tt.want) {
			t.Errorf("Parse(%.60q) = %#v, want %#v", tt.data, got, tt.want)
		}
	}
}

func nest(depth int) Array {
	a := Array{}
	for range depth - 1 {
		a = Array{a}
	}
	return a
}

// The files of nst/JSONTestSuite are named for what a parser must do with them.
func TestPublicSuite(t *testing.T) {
	files, err := filepath.Glob("../../../../shared/vectors/json-test-suite/test_parsing/[yn]_*.json")
	if err != nil || len(files) == 0 {
		t.Skip("the public JSON test suite is not beside the repository")
	}
	stricter := map[string]error{
		"y_object_duplicated_key.json":           ErrDuplicate,
		"y_object_duplicated_key_and_value.json": ErrDuplicate,
	}
	for _, file := range files {
		data, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		name := filepath.Base(file)
		_, err = Parse(data)
		if want, ok := stricter[name]; ok && !errors.Is(err, want) {
			t.Errorf("%s: error %v, want %v", name, err, want)
		} else if accepted := err == nil; !ok && accepted != strings.HasPrefix(name, "y_") {
			t.Errorf("%s: error %v", name, err)
		}
	}
}

func FuzzParse(f *testing.F) {
	for _, seed := range []string{`{"a":[1,null,"x"]}`, `{"a":1,"a":2}`, `"\ud83d\ude00"`, `"\ud800"`, `[[[`} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		got, err := Parse(data)
		if err != nil {
			return
		}
		// What is accepted, encoding/json reads alike: with unique names there is one reading.
		var want any
		if err := json.Unmarshal(data, &want); err != nil {
			t.Fatalf("accepted, but %v", err)
		}
		ours, err := json.Marshal(got)
		if err != nil {
			t.Fatal(err)
		}
		var again any
		if err := json.Unmarshal(ours, &again); err != nil || !reflect.DeepEqual(want, again) {
			t.Fatalf("read as %s, want %v (%v)", ours, want, err)
		}
	})
}
