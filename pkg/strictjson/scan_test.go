package strictjson

import (
	"errors"
	"fmt"
	"maps"
	"math"
	"strconv"
	"strings"
	"testing"
)

func TestScan(t *testing.T) {
	for doc, want := range map[string]error{
		`{}`: nil, ` { } `: nil, `{"a":1}`: nil, "\t\r\n{\"a\" :\t[ ] , \"b\":{ } }\n": nil,
		`{"a":[1,2.5,-0,1e3,1E-3,0.1e+9,true,false,null,"",{}]}`: nil,
		// Only one object, and nothing beside it.
		``: ErrSyntax, ` `: ErrSyntax, `{`: ErrSyntax, `}`: ErrSyntax, `{}{}`: ErrSyntax, `{} x`: ErrSyntax, `[]`: ErrSyntax, `"a"`: ErrSyntax,
		"\ufeff{}": ErrSyntax, "\v{}": ErrSyntax, "\u00a0{}": ErrSyntax,
		// Punctuation.
		`{"a"}`: ErrSyntax, `{"a":}`: ErrSyntax, `{"a":1,}`: ErrSyntax, `{,"a":1}`: ErrSyntax, `{"a":1 "b":2}`: ErrSyntax, `{a:1}`: ErrSyntax,
		`{'a':1}`: ErrSyntax, `{"a":[1,]}`: ErrSyntax, `{"a":[,1]}`: ErrSyntax, `{"a":[1 2]}`: ErrSyntax, `{"a":[1}`: ErrSyntax, `{"a":1/**/}`: ErrSyntax,
		// Literals and numbers.
		`{"a":True}`: ErrSyntax, `{"a":nul}`: ErrSyntax, `{"a":nul`: ErrSyntax, `{"a":t`: ErrSyntax, `{"a":fals`: ErrSyntax, `{"a":null`: ErrSyntax, `{"a":truex}`: ErrSyntax, `{"a":NaN}`: ErrSyntax, `{"a":Infinity}`: ErrSyntax,
		`{"a":01}`: ErrSyntax, `{"a":-}`: ErrSyntax, `{"a":+1}`: ErrSyntax, `{"a":1.}`: ErrSyntax, `{"a":.1}`: ErrSyntax, `{"a":1e}`: ErrSyntax,
		`{"a":1e+}`: ErrSyntax, `{"a":0x1}`: ErrSyntax, `{"a":1_0}`: ErrSyntax, `{"a":--1}`: ErrSyntax, `{"a":-01}`: ErrSyntax,
		// Text.
		`{"a":"\"\\\/\b\f\n\r\t\u00e9\u0000"}`: nil, `{"a":"é€𝄞"}`: nil, `{"a":"\ud834\udd1e"}`: nil,
		`{"a":"12345678"}`: nil, `{"a":"1234567\"8"}`: nil, "{\"a\":\"\x7f\"}": nil,
		`{"a":"}`: ErrSyntax, `{"a":"\"}`: ErrSyntax, `{"a":"\x"}`: ErrSyntax, `{"a":"\u12"}`: ErrSyntax, `{"a":"\u12g4"}`: ErrSyntax, `{"a":"\U0041"}`: ErrSyntax,
		`{"a":" "}`: nil, `{"a":"x y"}`: nil, `{"a":"�"}`: nil, `{"a":"1234567�"}`: nil, `{"a":"\uFFFD"}`: nil, "{\"a\":\"\x1f\"}": ErrSyntax,
		`{"a":"\u`: ErrSyntax, `{"a":"\u12`: ErrSyntax, `{"a":"\u123`: ErrSyntax, `{"a":"\u1234`: ErrSyntax, `{"a":"\`: ErrSyntax,
		`{"a":"\ud834`: ErrEncoding, `{"a":"\ud834\`: ErrEncoding, `{"a":"\ud834\u`: ErrEncoding, `{"a":"\ud834\udd1`: ErrEncoding,
		`{"a":"\ud834xudd1e"}`: ErrEncoding, `{"a":"\ud834\xdd1e"}`: ErrEncoding, `{"a":"\ud834\\udd1e"}`: ErrEncoding, `{"a":"\uD834\uDD1E"}`: nil,
		"{\"a\":\"\x80\"}": ErrEncoding, "{\"a\":\"1234567\x80\"}": ErrEncoding,
		"{\"a\":\"\n\"}": ErrSyntax, "{\"a\":\"1234567\x00\"}": ErrSyntax, "{\"a\":\"1234567\x1f\"}": ErrSyntax,
		`{"a":"\ud834"}`: ErrEncoding, `{"a":"\ud834x"}`: ErrEncoding, `{"a":"\ud834\u0041"}`: ErrEncoding, `{"a":"\udd1e"}`: ErrEncoding, `{"a":"\udd1e\ud834"}`: ErrEncoding,
		"{\"a\":\"\xff\"}": ErrEncoding, "{\"a\":\"\xc0\x80\"}": ErrEncoding, "{\"a\":\"\xed\xa0\x80\"}": ErrEncoding, "{\"a\":\"1234567\xe2\x82\"}": ErrEncoding,
		"{\"\xff\":1}": ErrEncoding,
		// Equal names, at any depth, in any spelling.
		`{"a":1,"a":1}`: ErrDuplicate, `{"a":1,"b":2,"a":3}`: ErrDuplicate, `{"":1,"":1}`: ErrDuplicate, `{"a":{"b":1,"b":1}}`: ErrDuplicate,
		`{"a":[[{"b":1,"b":1}]]}`: ErrDuplicate, `{"a":1,"\u0061":1}`: ErrDuplicate, `{"\u0061":1,"a":1}`: ErrDuplicate,
		`{"\u0061":1,"\u0061":1}`: ErrDuplicate, `{"\ud834\udd1e":1,"𝄞":1}`: ErrDuplicate, `{"\/":1,"/":1}`: ErrDuplicate,
		`{"a":{"x":1},"b":{"x":1}}`: nil, `{"a":{"a":1}}`: nil, `{"a":1,"A":1}`: nil, `{"a":1,"a ":1,"aa":1}`: nil, `{"ab":1,"ba":2}`: nil,
		`{"\u0061":1,"\u0061b":2}`: nil, `{"\u0061b":1,"\u0061":2}`: nil, `{"ab":1,"\u0061":2}`: nil, `{"\u0061":1,"":2}`: nil, `{"":1,"\u0061":2}`: nil,
		// Limits.
		nested(`[`, `]`, 31): nil, nested(`[`, `]`, 32): ErrLimit, nested(`{"a":`, `}`, 31): ErrLimit, nested(`{"a":`, `}`, 30): nil,
		`{` + numbered(128) + `}`: nil, `{` + numbered(129) + `}`: ErrLimit, `{"a":{` + numbered(129) + `}}`: ErrLimit,
		strings.Repeat(`{"a":`, 100_000): ErrLimit,
	} {
		if _, err := Scan([]byte(doc), nil); !errors.Is(err, want) {
			t.Errorf("%.60q: %v, want %v", doc, err, want)
		}
	}
}

// TestHexDigits compares each byte at each place of a Unicode escape with strconv.
func TestHexDigits(t *testing.T) {
	for place := 2; place < 6; place++ {
		for c := range 256 {
			escape := []byte(`\u1a2B`)
			escape[place] = byte(c)
			want, err := strconv.ParseUint(string(escape[2:]), 16, 16)
			if got, ok := hex4(escape); ok != (err == nil) || ok && uint64(got) != want {
				t.Errorf("%q: %x %v, want %x", escape, got, ok, want)
			}
		}
	}
}

// nested puts n levels into an object; braces need a value in the innermost one.
func nested(open, closing string, n int) string {
	inner := ""
	if open != "[" {
		inner = "{}"
	}
	return `{"x":` + strings.Repeat(open, n) + inner + strings.Repeat(closing, n) + `}`
}

func numbered(n int) string {
	list := make([]string, n)
	for i := range list {
		list[i] = fmt.Sprintf(`"m%d":0`, i)
	}
	return strings.Join(list, ",")
}

func TestScanOuter(t *testing.T) {
	for doc, want := range map[string]error{
		`{"keys":[{"a":1,"a":2}]}`: nil,
		`{"keys":[],"keys":[]}`:    ErrDuplicate,
		`{"keys":[{"a":1,}]}`:      ErrSyntax,
	} {
		if _, err := ScanOuter([]byte(doc), nil); !errors.Is(err, want) {
			t.Errorf("%s: %v, want %v", doc, err, want)
		}
	}
}

func TestMembers(t *testing.T) {
	doc := []byte(`{"s":"a\u0062\n\ud834\udd1e","n":-1.5e1,"o":{"x":[1]},"l":["p", {"q":1},[],7 ],"t":true,"f":false,"z":null,"\u006e2":2}`)
	members, err := Scan(doc, nil)
	if err != nil {
		t.Fatal(err)
	}
	got := map[string]string{}
	for _, m := range members {
		got[Text(doc, m.Name)] = fmt.Sprint(m.Value.Kind, " ", string(Source(doc, m.Value)))
	}
	want := map[string]string{
		"s": fmt.Sprint(String, ` "a\u0062\n\ud834\udd1e"`), "n": fmt.Sprint(Number, " -1.5e1"), "o": fmt.Sprint(Object, ` {"x":[1]}`),
		"l": fmt.Sprint(Array, ` ["p", {"q":1},[],7 ]`), "t": fmt.Sprint(True, " true"), "f": fmt.Sprint(False, " false"),
		"z": fmt.Sprint(Null, " null"), "n2": fmt.Sprint(Number, " 2"),
	}
	if !maps.Equal(got, want) {
		t.Errorf("got  %v\nwant %v", got, want)
	}
	if text := Text(string(doc), members[0].Value); text != "ab\n𝄞" {
		t.Errorf("text %q", text)
	}
	var elements []string
	each := Each(doc, members[3].Value)
	for v, ok := each.Next(); ok; v, ok = each.Next() {
		elements = append(elements, string(Source(doc, v)))
	}
	if fmt.Sprint(elements) != `["p" {"q":1} [] 7]` {
		t.Error("elements", elements)
	}
}

func TestSeconds(t *testing.T) {
	const low, high = -1000, 253402300799
	for text, want := range map[string]struct {
		sec, nsec int64
		ok        bool
	}{
		"0": {0, 0, true}, "-0": {0, 0, true}, "1800000000": {1800000000, 0, true}, "-5": {-5, 0, true},
		"1.5": {1, 5e8, true}, "-1.5": {-1, -5e8, true}, "18e8": {1800000000, 0, true}, "1e-400": {0, 0, true},
		"9.99e2": {999, 0, true}, "0.25": {0, 25e7, true}, "-0.25": {0, -25e7, true},
		// Both ends, spelled as an integer and otherwise.
		"253402300799": {high, 0, true}, "253402300799.0": {high, 0, true}, "253402300798.5": {high - 1, 5e8, true},
		"253402300800": {ok: false}, "253402300799.5": {ok: false}, "2534023008e2": {ok: false},
		"-1000": {low, 0, true}, "-1000.0": {low, 0, true}, "-1e3": {low, 0, true}, "-999.5": {-999, -5e8, true},
		"-1001": {ok: false}, "-1000.5": {ok: false}, "-1001.5": {ok: false}, "-1.5e3": {ok: false},
		// Beyond an int64, and beyond a float64.
		"9223372036854775807": {ok: false}, "9223372036854775808": {ok: false}, "18446744073709551616": {ok: false},
		"999999999999999999999999": {ok: false}, "-999999999999999999999999": {ok: false},
		"1e300": {ok: false}, "-1e300": {ok: false}, "1e999": {ok: false}, "-1e999": {ok: false},
		// Not a number.
		`"1"`: {ok: false}, "true": {ok: false}, "null": {ok: false}, "[1]": {ok: false},
	} {
		sec, nsec, ok := seconds(t, text, low, high)
		if ok != want.ok || ok && (sec != want.sec || nsec != want.nsec) {
			t.Errorf("%s: %d %d %v, want %v", text, sec, nsec, ok, want)
		}
	}
}

func seconds(t *testing.T, text string, low, high int64) (sec, nsec int64, ok bool) {
	t.Helper()
	doc := []byte(`{"v":` + text + `}`)
	members, err := Scan(doc, nil)
	if err != nil {
		t.Fatal(text, err)
	}
	return Seconds(doc, members[0].Value, low, high)
}

// TestSecondsOfAnyInt64 allows the whole range: no number beyond it becomes one inside.
func TestSecondsOfAnyInt64(t *testing.T) {
	for text, want := range map[string]bool{
		"9223372036854775807": true, "-9223372036854775808": true, "9.2e18": true, "-9.2e18": true,
		"9223372036854775808": false, "9223372036854775808.0": false, "9.3e18": false, "-9.3e18": false, "-1e19": false,
	} {
		if sec, nsec, ok := seconds(t, text, math.MinInt64, math.MaxInt64); ok != want {
			t.Errorf("%s: %d %d %v", text, sec, nsec, ok)
		}
	}
}

func TestSecondsAllocatesNothing(t *testing.T) {
	doc := []byte("1800000000")
	v := Value{End: int32(len(doc)), Kind: Number}
	if n := testing.AllocsPerRun(10, func() { _, _, _ = Seconds(doc, v, 0, math.MaxInt64) }); n != 0 {
		t.Errorf("%v allocations", n)
	}
}
