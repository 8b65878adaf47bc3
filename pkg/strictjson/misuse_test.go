package strictjson

import "testing"

// TestForeignPositions uses positions of another document: they cause a panic or a wrong text, but
// no endless loop, and take no memory.
func TestForeignPositions(t *testing.T) {
	doc := []byte(`{"a":[1,"\x",{"b":2}],"c":"d"}`)
	end := int32(len(doc))
	for name, tt := range map[string]struct {
		value  Value
		panics bool
	}{
		"absent":           {Value{}, false},
		"inside":           {Value{Start: 3, End: 7, Kind: String}, false},
		"not an escape":    {Value{Start: 0, End: end, Kind: String, Escaped: true}, true}, // Source: its quotes are outside
		"half an escape":   {Value{Start: 9, End: 10, Kind: String, Escaped: true}, false},
		"an array of text": {Value{Start: 0, End: end, Kind: Array}, false},
		"an array of one":  {Value{Start: 1, End: 1, Kind: Array}, false},
		"an array at end":  {Value{Start: end, End: end, Kind: Array}, false},
		"no array":         {Value{Start: 0, End: end, Kind: Object}, false},
		"a number of text": {Value{Start: 0, End: end, Kind: Number}, false},
		"negative":         {Value{Start: -3, End: 4, Kind: Array}, true},
		"before its start": {Value{Start: 4, End: 3, Kind: String}, true},
		"behind the end":   {Value{Start: 4, End: 1 << 30, Kind: Array}, true},
		"unknown kind":     {Value{Start: 3, End: 7, Kind: 99}, false},
	} {
		t.Run(name, func(t *testing.T) {
			defer func() {
				if fault := recover(); (fault != nil) != tt.panics {
					t.Errorf("panic %v, want one: %v", fault, tt.panics)
				}
			}()
			each := Each(doc, tt.value)
			for n := 0; ; n++ {
				if _, ok := each.Next(); !ok {
					break
				}
				if n > len(doc) || tt.value.Kind != Array {
					t.Fatal("an element of no array, or more of them than bytes")
				}
			}
			if text := Text(doc, tt.value); len(text) > 4*len(doc) {
				t.Errorf("%d bytes of text", len(text))
			}
			if _, _, ok := Seconds(doc, tt.value, 0, 10); ok {
				t.Error("a time")
			}
			_ = Source(doc, tt.value)
		})
	}
}

// TestAbsent reads values that are not in the document.
func TestAbsent(t *testing.T) {
	each := Each(nil, Value{})
	if v, ok := each.Next(); ok || v.Kind != Absent {
		t.Error("an element of nothing", v)
	}
	if text := Text("", Value{}); text != "" {
		t.Errorf("text %q", text)
	}
}

// TestBytes returns the characters of a string, and nothing of another value.
func TestBytes(t *testing.T) {
	doc := []byte(`{"s":"a","e":"\u0061b","n":1,"o":{},"l":["a"],"t":true,"z":null}`)
	members, err := Scan(doc, nil)
	if err != nil {
		t.Fatal(err)
	}
	for _, m := range members {
		want := map[string]string{"s": "a", "e": "ab"}[Text(string(doc), m.Name)]
		if got := Bytes(doc, m.Value); string(got) != want || (got == nil) != (m.Value.Kind != String) {
			t.Errorf("%s: %q, want %q", Source(doc, m.Value), got, want)
		}
	}
	if got := Bytes(doc, Value{}); got != nil {
		t.Errorf("absent: %q", got)
	}
}

// TestScanAppends keeps the members of an earlier document, which are not members of this one.
func TestScanAppends(t *testing.T) {
	first, err := Scan([]byte(`{"a":1}`), nil)
	if err != nil {
		t.Fatal(err)
	}
	both, err := Scan([]byte(`{"a":2,"b":{"c":3}}`), first)
	if err != nil || len(both) != 3 || both[0] != first[0] {
		t.Errorf("%v, %v", both, err)
	}
}
