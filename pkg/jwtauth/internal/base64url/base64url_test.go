package base64url

import (
	"bytes"
	"encoding/base64"
	"testing"
)

func TestDecode(t *testing.T) {
	for text, want := range map[string]struct {
		bytes string
		ok    bool
	}{
		"": {"", true}, "Zg": {"f", true}, "Zm8": {"fo", true}, "Zm9v": {"foo", true}, "Zm9vYmFy": {"foobar", true},
		"Zm9vYmFyZm9vYmFyZm9v": {"foobarfoobarfoo", true}, "-_-_": {"\xfb\xff\xbf", true}, "AAAAAAAAAA": {"\x00\x00\x00\x00\x00\x00\x00", true},
		// A letter that is left over, spare bits, padding, another alphabet, and characters that
		// Go's decoder skips.
		"Z": {"", false}, "Zm9vY": {"", false}, "Zh": {"", false}, "Zm9": {"", false}, "Zg==": {"", false}, "Zm8=": {"", false}, "+/+/": {"", false},
		"Zm9v\n": {"", false}, "Zm\n9v": {"", false}, "Zm9v\r\nZm9v": {"", false}, "Zm9vYm\nFy": {"", false}, " Zm9v": {"", false}, "Zm9v\x00\x00\x00\x00": {"", false},
		"Zm9vYmF\xff": {"", false}, "Zm.v": {"", false},
	} {
		dst := make([]byte, DecodedLen(len(text)))
		n, ok := Decode(dst, text)
		if ok != want.ok || ok && string(dst[:n]) != want.bytes {
			t.Errorf("%q: %q %v", text, dst[:n], ok)
		}
		if ok && EncodedLen(n) != len(text) {
			t.Errorf("%q: %d bytes are not spelled with %d characters", text, n, EncodedLen(n))
		}
	}
}

// TestEveryLength decodes into memory of the exact size, and into more.
func TestEveryLength(t *testing.T) {
	for n := range 100 {
		want := bytes.Repeat([]byte{0xfb, 0x07}, n)[:n]
		text := base64.RawURLEncoding.EncodeToString(want)
		if DecodedLen(len(text)) != n || EncodedLen(n) != len(text) {
			t.Errorf("%d bytes, %d characters: DecodedLen %d, EncodedLen %d", n, len(text), DecodedLen(len(text)), EncodedLen(n))
		}
		for _, room := range []int{n, n + 1, n + 13, n + 14, n + 15, 200} {
			dst := make([]byte, room)
			if got, ok := Decode(dst, text); !ok || got != n || !bytes.Equal(dst[:got], want) {
				t.Errorf("%d bytes into %d: %d %v", n, room, got, ok)
			}
		}
	}
}

// FuzzDecode holds that what is accepted is the spelling that encoding/base64 writes, and that all
// of those are accepted.
func FuzzDecode(f *testing.F) {
	f.Add("Zm9vYmFyZm9vYg")
	f.Add("Zm9v\nYmFy")
	f.Fuzz(func(t *testing.T, text string) {
		dst := make([]byte, DecodedLen(len(text)))
		if n, ok := Decode(dst, text); ok && base64.RawURLEncoding.EncodeToString(dst[:n]) != text {
			t.Fatalf("%q is not the only spelling of %q", text, dst[:n])
		}
		spelled := base64.RawURLEncoding.EncodeToString([]byte(text))
		out := make([]byte, DecodedLen(len(spelled)))
		if n, ok := Decode(out, spelled); !ok || !bytes.Equal(out[:n], []byte(text)) {
			t.Fatalf("%q does not come back", text)
		}
	})
}
