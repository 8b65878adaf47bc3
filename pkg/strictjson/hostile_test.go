package strictjson

import (
	"errors"
	"fmt"
	"runtime"
	"strings"
	"testing"
)

// cost returns what a call allocates, a measure of work that does not depend on the machine.
func cost(call func()) (bytes uint64) {
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	call()
	runtime.ReadMemStats(&after)
	return after.TotalAlloc - before.TotalAlloc
}

// TestParseIsBounded compares the memory of a document with its length: less for a refused one, and
// a constant multiple for an accepted one.
func TestParseIsBounded(t *testing.T) {
	repeat := func(open, item, closing string) func(int) string {
		return func(n int) string { return open + strings.Repeat(item, n/len(item)) + closing }
	}
	distinct := func(n int) string { return "{" + numbered(n/10) + "}" }
	deep := func(n int) string { // 30 levels, each with as many members, and one of them twice
		level := strings.Repeat(`"a":0,`, n/180)
		return strings.Repeat("{"+level+`"b":`, 30) + "0" + strings.Repeat("}", 30)
	}
	for name, tt := range map[string]struct {
		document func(length int) string
		want     error
		times    uint64 // of the length
	}{
		// Refused.
		"opening brackets":        {repeat("", "[", ""), ErrLimit, 1},
		"opening braces":          {repeat("", `{"a":`, ""), ErrLimit, 1},
		"brackets and faults":     {repeat("", "[}", ""), ErrSyntax, 1},
		"closing brackets":        {repeat("", "]", ""), ErrSyntax, 1},
		"backslashes":             {repeat("", `\`, ""), ErrSyntax, 1},
		"a text without end":      {repeat(`"`, `\u0061`, ""), ErrSyntax, 1},
		"a text with a late flaw": {repeat(`"`, `\ud83d\ude00`, `\ud83d"`), ErrEncoding, 1},
		"a number with a flaw":    {repeat("", "1", "x"), ErrSyntax, 1},
		"spaces":                  {repeat("", " ", ""), ErrSyntax, 1},
		"one name for all":        {repeat("{", `"a":0,`, `"a":0}`), ErrDuplicate, 8},
		"in escapes":              {repeat("{", `"\u0061":0,`, `"a":0}`), ErrDuplicate, 8},
		"on every level":          {deep, ErrDuplicate, 8},
		// Accepted.
		"one text":      {repeat(`"`, "a", `"`), nil, 2},
		"escapes":       {repeat(`"`, `\u0061`, `"`), nil, 2},
		"one number":    {repeat("", "1", ""), nil, 2},
		"a long name":   {repeat(`{"`, `\u0061`, `":1}`), nil, 2},
		"many members":  {distinct, nil, 40},
		"many elements": {repeat("[", "0,", "0]"), nil, 70},
		"many texts":    {repeat("[", `"",`, `""]`), nil, 70},
		"many arrays":   {repeat("[", "[],", "[]]"), nil, 70},
		"many objects":  {repeat("[", "{},", "{}]"), nil, 70},
		"small objects": {repeat("[", `{"":0},`, "0]"), nil, 70},
	} {
		for _, length := range []int{100_000, 1_000_000} {
			data := []byte(tt.document(length))
			var err error
			got := cost(func() { _, err = Parse(data) })
			if !errors.Is(err, tt.want) {
				t.Errorf("%s: %v, want %v", name, err, tt.want)
			}
			if limit := tt.times*uint64(len(data)) + 64<<10; got > limit {
				t.Errorf("%s: %d bytes for a document of %d, %.1f times its length", name, got, len(data), float64(got)/float64(len(data)))
			}
		}
	}
}

// TestScanAllocatesNothing passes a list that is large enough, and names of every kind.
func TestScanAllocatesNothing(t *testing.T) {
	long := strings.Repeat(`\u0061`, 100)
	var escaped []string
	for i := range MaxMembers {
		escaped = append(escaped, fmt.Sprintf(`"%s%03d":{"\n":0,"\r":0}`, long, i))
	}
	room := make([]Member, 0, 4*MaxMembers)
	for name, tt := range map[string]struct {
		data string
		want error
	}{
		"members":         {"{" + numbered(MaxMembers) + "}", nil},
		"one too many":    {"{" + numbered(100_000) + "}", ErrLimit},
		"escaped names":   {"{" + strings.Join(escaped, ",") + "}", nil},
		"equal names":     {"{" + strings.Join(escaped[:MaxMembers-1], ",") + "," + escaped[0] + "}", ErrDuplicate},
		"brackets":        {`{"a":` + strings.Repeat("[", 1_000_000), ErrLimit},
		"a long text":     {`{"a":"` + strings.Repeat(`\u0061`, 100_000) + `"}`, nil},
		"a late flaw":     {`{"a":"` + strings.Repeat(`\u0061`, 100_000) + `\ud800"}`, ErrEncoding},
		"arrays of wide":  {`{"a":[` + strings.Repeat("{"+numbered(MaxMembers)+"},", 100) + `0]}`, nil},
		"trailing object": {"{} {}", ErrSyntax},
	} {
		data := []byte(tt.data)
		if _, err := Scan(data, room); !errors.Is(err, tt.want) {
			t.Errorf("%s: %v, want %v", name, err, tt.want)
		}
		if n := testing.AllocsPerRun(3, func() { _, _ = Scan(data, room) }); n != 0 {
			t.Errorf("%s: %v allocations", name, n)
		}
	}
}

// TestElementsAreForgotten walks over many objects in the memory for the members of one.
func TestElementsAreForgotten(t *testing.T) {
	data := []byte(`{"list":[` + strings.Repeat(`{"a":0,"b":0},`, 50_000) + `0]}`)
	members, err := Scan(data, nil)
	if err != nil {
		t.Fatal(err)
	}
	n := 0
	got := cost(func() {
		each := Each(data, members[0].Value)
		for _, ok := each.Next(); ok; _, ok = each.Next() {
			n++
		}
	})
	if n != 50_001 || got > 64<<10 {
		t.Errorf("%d elements, %d bytes", n, got)
	}
}
