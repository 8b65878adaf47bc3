package strictjson

import (
	"encoding/json"
	"errors"
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
		{`{"a":1,"A":1.0,"b":[null,true,"x"],"c":{}}`, map[string]any{
			"a": json.Number("1"), "A": json.Number("1.0"), "b": []any{nil, true, "x"}, "c": map[string]any{},
		}, nil},
		{" null ", nil, nil},
		{`false`, false, nil},
		{`-0.50e+007`, json.Number("-0.50e+007"), nil},
		{`"x"`, "x", nil},
		{`"\ud83d\ude00"`, "😀", nil},
		{`"\\ud800"`, `\ud800`, nil},
		{`{"\u0061\/":"\n"}`, map[string]any{"a/": "\n"}, nil},
		{"\t[ 1 ,\r\n{ \"a\" : [ ] } ] ", []any{json.Number("1"), map[string]any{"a": []any{}}}, nil},
		{`[{"a":1},{"a":1}]`, []any{map[string]any{"a": json.Number("1")}, map[string]any{"a": json.Number("1")}}, nil},
		{strings.Repeat("[", 32) + strings.Repeat("]", 32), nest(32), nil},
		{strings.Repeat("[[],", 31) + "[]" + strings.Repeat("]", 31), siblings(32), nil}, // a closed array is not a level
		{`{"a":"[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[\"{{{{"}`, map[string]any{"a": strings.Repeat("[", 41) + `"{{{{`}, nil},
		// Not one document.
		{"", nil, ErrSyntax},
		{"{", nil, ErrSyntax},
		{`{"a":1}x`, nil, ErrSyntax},
		{`{"a":1}{"a":2}`, nil, ErrSyntax},
		{`{"a":NaN}`, nil, ErrSyntax},
		{`{'a':1}`, nil, ErrSyntax},
		{`{"a":1,}`, nil, ErrSyntax},
		{`{,"a":1}`, nil, ErrSyntax},
		{`{"a":1,,"b":2}`, nil, ErrSyntax},
		{`{"a":1]`, nil, ErrSyntax},
		{`{"a"`, nil, ErrSyntax},
		{`{"a`, nil, ErrSyntax},
		{`{1:2}`, nil, ErrSyntax},
		{`[1 2]`, nil, ErrSyntax},
		{`[1,]`, nil, ErrSyntax},
		{`[,1]`, nil, ErrSyntax},
		{`[1}`, nil, ErrSyntax},
		{`{"a" 1}`, nil, ErrSyntax},
		{"\ufeff{}", nil, ErrSyntax},
		{`{"a":01}`, nil, ErrSyntax},
		{`"\ud8"`, nil, ErrSyntax},
		// Two spellings of one name.
		{`{"a":1,"a":2}`, nil, ErrDuplicate},
		{`{"a":1,"\u0061":2}`, nil, ErrDuplicate},
		{`{"a":null,"a":null}`, nil, ErrDuplicate},
		{`[{"b":{"a":1,"a":1}}]`, nil, ErrDuplicate},
		{`{"a":{"b":1,"b":2},"c":{}}`, nil, ErrDuplicate},
		// Invalid text.
		{"\"\xff\"", nil, ErrEncoding},
		{`"\ud800"`, nil, ErrEncoding},
		{`"\ud800x"`, nil, ErrEncoding},
		{`"\ud800\u0041"`, nil, ErrEncoding},
		{`"\ude00\ud83d"`, nil, ErrEncoding},
		{`"\ud83d\ude00\ude00"`, nil, ErrEncoding},
		{`{"\ud800":1,"\ud801":2}`, nil, ErrEncoding},
		// Too deep.
		{strings.Repeat("[", 33) + strings.Repeat("]", 33), nil, ErrLimit},
		{`{"petId": ` + strings.Repeat("{", 10001), nil, ErrLimit},
		// Of several faults, the precedence decides, not the order.
		{`{"a":1,"a":2,"b":"` + "\xff" + `"}`, nil, ErrEncoding},
		{`{"a":1,"a":2,}`, nil, ErrSyntax},
		{`{"a":1,"a":2} x`, nil, ErrSyntax},
		{`{"a":1,"a":` + strings.Repeat("[", 33), nil, ErrLimit},
		{`x` + strings.Repeat("[", 33), nil, ErrLimit},
		{strings.Repeat("[", 32), nil, ErrSyntax},
		{strings.Repeat("[", 32) + "]" + "[" + "x", nil, ErrSyntax},
		{strings.Repeat("[", 33) + "\xff", nil, ErrEncoding},
		{strings.Repeat("[", 33) + `"\\\"\udc00"`, nil, ErrEncoding},
		{`x` + "\xff", nil, ErrEncoding},
		{`["\ud83d\ude00" 1]`, nil, ErrSyntax}, // a pair is valid
		{`["\"` + strings.Repeat("[", 33) + `" 1]`, nil, ErrSyntax},
		{`x"` + strings.Repeat("[", 33) + `\"[[`, nil, ErrSyntax}, // brackets in a string do not count
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

func nest(depth int) []any {
	a := []any{}
	for range depth - 1 {
		a = []any{a}
	}
	return a
}

func siblings(depth int) []any {
	a := []any{}
	for range depth - 1 {
		a = []any{[]any{}, a}
	}
	return a
}

func TestParseSharesNothing(t *testing.T) {
	data := []byte(`{"name":["text",12]}`)
	got, err := Parse(data)
	clear(data)
	want := map[string]any{"name": []any{"text", json.Number("12")}}
	if err != nil || !reflect.DeepEqual(got, want) {
		t.Errorf("got %#v, %v", got, err)
	}
}
