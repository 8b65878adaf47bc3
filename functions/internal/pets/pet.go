package pets

import (
	"strconv"
	"unicode"
	"unicode/utf8"

	"example.com/securedpets/functions/contract"
)

// MaxID is the largest id of a pet: the largest integer below which every
// integer is exact in JavaScript and in JSON numbers read as float64.
const MaxID = contract.MaxInteger

// A Pet of the catalog.
type Pet struct {
	ID    int64
	Type  string
	Price Price
	Buyer Tag // By default, empty: the pet is unsold.
}

// IsSold reports whether the pet is sold.
func (p Pet) IsSold() bool { return p.Buyer != "" }

// ParseType checks a pet's type: 1 to 64 characters, at least one of them
// visible, and none that breaks a line or turns the direction of a text.
func ParseType(text string) (string, error) {
	if n := utf8.RuneCountInString(text); n < 1 || n > contract.MaxType {
		return "", &FieldError{Field: "type", Want: "1 to " + strconv.Itoa(contract.MaxType) + " characters"}
	}
	visible := false
	for _, r := range text {
		if unicode.IsControl(r) || unicode.Is(unicode.Bidi_Control, r) || r == '\u2028' || r == '\u2029' || r == utf8.RuneError {
			return "", &FieldError{Field: "type", Want: "text without control or direction characters"}
		}
		visible = visible || isVisible(r)
	}
	if !visible {
		return "", &FieldError{Field: "type", Want: "text with a visible character"}
	}
	return text, nil
}

const brailleBlank = '\u2800' // a symbol without a dot

// isVisible reports whether the character is drawn by itself: letters, digits,
// punctuation and symbols without the fillers among them; no spaces, marks or
// format characters.
func isVisible(r rune) bool {
	drawn := unicode.In(r, unicode.L, unicode.N, unicode.P, unicode.S)
	return drawn && r != brailleBlank && !unicode.Is(unicode.Other_Default_Ignorable_Code_Point, r)
}

// ParseInteger reads an integral JSON number: 1, 1.0 and 1e0 are the same. It
// reports false for fractions and beyond ±MaxID, where JavaScript and Go read
// different numbers.
func ParseInteger(number string) (int64, bool) {
	d, ok := parseDecimal(number)
	if !ok {
		return 0, false
	}
	n, ok := d.scaled(0)
	if !ok || n > MaxID {
		return 0, false
	}
	if d.negative {
		n = -n
	}
	return n, true
}

// ParseID reads the id of a pet from a JSON number.
func ParseID(number string) (int64, error) {
	id, ok := ParseInteger(number)
	if !ok || id < 1 {
		return 0, &FieldError{Field: "id", Want: "an integer from 1 to " + strconv.FormatInt(MaxID, 10)}
	}
	return id, nil
}
