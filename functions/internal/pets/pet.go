package pets

import (
	"strconv"
	"time"
	"unicode"
	"unicode/utf8"
)

// MaxID is the largest id of a pet: the largest integer below which every
// integer is exact in JavaScript and in JSON numbers read as float64.
const MaxID = 1<<53 - 1

const maxTypeLength = 64

// A Pet of the catalog. Sale is nil while it is unsold.
type Pet struct {
	ID    int64
	Type  string
	Price Price
	Sale  *Sale
}

// A Sale is one pet sold to one buyer. It outlives the pet's place in the catalog.
type Sale struct {
	PurchaseID string // one per request to buy
	PetID      int64
	Buyer      Buyer
	At         time.Time
	Price      Price
}

// A Buyer is known by the subject of the verified token; the e-mail is what
// the list shows.
type Buyer struct {
	Subject string
	Email   string
}

// SoldBy reports whether the pet was sold by that very purchase.
func (p Pet) SoldBy(purchaseID string) bool {
	return p.Sale != nil && purchaseID != "" && p.Sale.PurchaseID == purchaseID
}

// ParseType checks a pet's type: 1 to 64 characters, none of which can take a
// terminal or the direction of a text apart.
func ParseType(text string) (string, error) {
	n := utf8.RuneCountInString(text)
	if n < 1 || n > maxTypeLength {
		return "", &FieldError{Field: "type", Want: "1 to 64 characters"}
	}
	for _, r := range text {
		if unicode.IsControl(r) || unicode.Is(unicode.Bidi_Control, r) || r == '\u2028' || r == '\u2029' || r == utf8.RuneError {
			return "", &FieldError{Field: "type", Want: "text without control or direction characters"}
		}
	}
	return text, nil
}

// ParseInteger reads an integral JSON number, however it is spelled: 1, 1.0
// and 1e0 are the same. It reports false for fractions and beyond ±MaxID,
// where JavaScript and Go read different numbers.
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
