package strictjson

import (
	"errors"
	"os"
	"path/filepath"
	"testing"
)

// TestPublicSuite reads the files of nst/JSONTestSuite. Their names say what a parser must do: y
// accept, n refuse, i either.
func TestPublicSuite(t *testing.T) {
	files, err := filepath.Glob("../../../shared/vectors/json-test-suite/test_parsing/*.json")
	if err != nil || len(files) == 0 {
		t.Skip("the public JSON test suite is not beside the repository")
	}
	stricter := map[string]error{
		"y_object_duplicated_key.json":           ErrDuplicate,
		"y_object_duplicated_key_and_value.json": ErrDuplicate,
	}
	counts := map[byte]int{}
	for _, file := range files {
		data, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		name := filepath.Base(file)
		counts[name[0]]++
		_, err = Parse(data)
		if want, ok := stricter[name]; ok && !errors.Is(err, want) {
			t.Errorf("%s: error %v, want %v", name, err, want)
		} else if accepted := err == nil; !ok && name[0] != 'i' && accepted != (name[0] == 'y') {
			t.Errorf("%s: error %v", name, err)
		}
		// Scan agrees on the file as the value of a member.
		if _, scanErr := Scan([]byte(`{"x":`+string(data)+`}`), nil); (scanErr == nil) != (err == nil) {
			t.Errorf("%s: Scan %v, Parse %v", name, scanErr, err)
		}
	}
	t.Logf("%d to accept, %d to refuse, %d either", counts['y'], counts['n'], counts['i'])
}
