package pets

import (
	"encoding/json"
	"errors"
	"strings"
	"testing"
)

func TestParsePrice(t *testing.T) {
	for _, tt := range []struct {
		text    string
		want    string
		wantErr error
	}{
		// Plain numbers, and the text of the tutorial's form.
		{"249.99", "249.99", nil},
		{"0", "0", nil},
		{"4.9", "4.9", nil},
		{"4.05", "4.05", nil},
		{"1000000000", "1000000000", nil},
		{"1000000000.00", "1000000000", nil},
		// One value, other spellings.
		{"4.90", "4.9", nil},
		{"4.9900000", "4.99", nil},
		{"1e2", "100", nil},
		{"12345E-2", "123.45", nil},
		{"0e999999999999", "0", nil},
		{"100e-1", "10", nil},
		// Too many decimals, too large, below zero.
		{"0.001", "", ErrInvalid},
		{"0.12345678901234568", "", ErrInvalid},
		{"1000000000.01", "", ErrInvalid},
		{"1e21", "", ErrInvalid},
		{"1e999999999999", "", ErrInvalid},
		{"1e-999999999999", "", ErrInvalid},
		{"-1", "", ErrInvalid},
		{"-0", "", ErrInvalid},
		// What other number parsers would take.
		{"", "", ErrInvalid},
		{"abc", "", ErrInvalid},
		{"NaN", "", ErrInvalid},
		{"Infinity", "", ErrInvalid},
		{"0x1p4", "", ErrInvalid},
		{"1_0", "", ErrInvalid},
		{"+1", "", ErrInvalid},
		{".5", "", ErrInvalid},
		{"5.", "", ErrInvalid},
		{"05", "", ErrInvalid},
		{" 5", "", ErrInvalid},
		{"5 ", "", ErrInvalid},
		{"1e", "", ErrInvalid},
		{"1e+", "", ErrInvalid},
		{"1,5", "", ErrInvalid},
		{"٣", "", ErrInvalid},
		{strings.Repeat("1", 65), "", ErrInvalid},
		// Zeros that change nothing, however many.
		{"249.99" + strings.Repeat("0", 100_000), "249.99", nil},
		{"0." + strings.Repeat("0", 100_000), "0", nil},
		{"1" + strings.Repeat("0", 100_000) + "e-100000", "1", nil},
		{"0." + strings.Repeat("0", 100_000) + "1e100001", "1", nil},
		{"0." + strings.Repeat("0", 100_000) + "1", "", ErrInvalid},
	} {
		price, err := ParsePrice(tt.text)
		if !errors.Is(err, tt.wantErr) {
			t.Errorf("ParsePrice(%q): error %v, want %v", tt.text, err, tt.wantErr)
		}
		if err == nil && price.String() != tt.want {
			t.Errorf("ParsePrice(%q) = %s, want %s", tt.text, price, tt.want)
		}
	}
}

func TestParseID(t *testing.T) {
	for _, tt := range []struct {
		number  string
		want    int64
		wantErr error
	}{
		{"1", 1, nil},
		{"1.0", 1, nil},
		{"1e0", 1, nil},
		{"10e-1", 1, nil},
		{"9007199254740991", MaxID, nil},
		// From here on JavaScript and Go read different numbers.
		{"9007199254740992", 0, ErrInvalid},
		{"9007199254740993", 0, ErrInvalid},
		{"1e300", 0, ErrInvalid},
		// No pet has these.
		{"0", 0, ErrInvalid},
		{"-1", 0, ErrInvalid},
		{"1.5", 0, ErrInvalid},
		{"1e-1", 0, ErrInvalid},
		{"true", 0, ErrInvalid},
	} {
		id, err := ParseID(tt.number)
		if id != tt.want || !errors.Is(err, tt.wantErr) {
			t.Errorf("ParseID(%q) = %d, %v, want %d, %v", tt.number, id, err, tt.want, tt.wantErr)
		}
	}
}

func TestParseType(t *testing.T) {
	for _, tt := range []struct {
		text    string
		wantErr error
	}{
		{"dog", nil},
		{"Größe 3 👩‍🚀", nil},
		{strings.Repeat("ü", 64), nil},
		// Markup and formulas are text, which a page must not run.
		{"{{constructor.constructor('alert(1)')()}}", nil},
		{"=HYPERLINK(1)", nil},
		{"", ErrInvalid},
		{strings.Repeat("ü", 65), ErrInvalid},
		{strings.Repeat("x", 10<<10), ErrInvalid},
		// Nothing to see: spaces, format characters, fillers, a mark alone.
		{" ", ErrInvalid},
		{"\u00a0\u2003", ErrInvalid},
		{"\u200b", ErrInvalid},
		{"\u00ad\ufeff", ErrInvalid},
		{"\u3164", ErrInvalid},
		{"\u2800", ErrInvalid},
		{"\u0301", ErrInvalid},
		{"\ue000", ErrInvalid},
		{"\U000e0001", ErrInvalid},
		{" x ", nil},
		{"\u200b7", nil},
		{"€", nil},
		{"!", nil},
		// Control characters forge log lines, direction marks forge what is seen.
		{"a\x00b", ErrInvalid},
		{"a\nb", ErrInvalid},
		{"a\u0085b", ErrInvalid},
		{"a\u2028b", ErrInvalid},
		{"a\u202eb", ErrInvalid},
		{"a\u2066b", ErrInvalid},
		{"a\u200eb", ErrInvalid},
		{"a\xffb", ErrInvalid},
	} {
		if _, err := ParseType(tt.text); !errors.Is(err, tt.wantErr) {
			t.Errorf("ParseType(%q): error %v, want %v", tt.text, err, tt.wantErr)
		}
	}
}

func TestFieldErrorHidesTheValue(t *testing.T) {
	_, err := ParsePrice("secret")
	var field *FieldError
	if !errors.As(err, &field) || field.Field != "price" || strings.Contains(err.Error(), "secret") {
		t.Errorf("error %v, want one about the price that does not repeat it", err)
	}
}

func TestPriceInJSON(t *testing.T) {
	got, err := json.Marshal(map[string]Price{"price": 10})
	if want := `{"price":0.1}`; err != nil || string(got) != want {
		t.Errorf("%s, %v, want %s", got, err, want)
	}
}
