package pets

import (
	"strconv"

	"example.com/securedpets/functions/contract"
)

// A Price in hundredths, exact: 249.99 is 24999.
type Price int64

const (
	hundredths = 2
	maxPrice   = Price(contract.MaxPrice * 100)
)

var priceRange = "a number from 0 to " + strconv.Itoa(contract.MaxPrice)

// ParsePrice reads a price from a JSON number, or from text of the same form: 0
// to 1e9 with at most 2 decimals. Other syntaxes of number parsers (NaN,
// Infinity, 0x1p4, 1_000, signs) are no price.
func ParsePrice(text string) (Price, error) {
	d, ok := parseDecimal(text)
	if !ok || d.negative {
		return 0, &FieldError{Field: "price", Want: priceRange}
	}
	n, ok := d.scaled(hundredths)
	if !ok {
		return 0, &FieldError{Field: "price", Want: priceRange + " with at most 2 decimals"}
	}
	if Price(n) > maxPrice {
		return 0, &FieldError{Field: "price", Want: priceRange}
	}
	return Price(n), nil
}

// String is the shortest decimal spelling: 249.99, 4.9, 4.
func (p Price) String() string {
	b := strconv.AppendInt(make([]byte, 0, 16), int64(p)/100, 10)
	if cents := int64(p) % 100; cents != 0 {
		b = append(b, '.', byte('0'+cents/10))
		if cents%10 != 0 {
			b = append(b, byte('0'+cents%10))
		}
	}
	return string(b)
}

// MarshalJSON writes the price as a JSON number, never by way of a float.
func (p Price) MarshalJSON() ([]byte, error) { return []byte(p.String()), nil }
