package pets

import (
	"encoding/json"
	"math/big"
	"testing"
)

// What is accepted is worth what it says, to the last digit, and has one
// spelling that is read as the same price.
func FuzzParsePrice(f *testing.F) {
	for _, seed := range []string{"249.99", "0", "1e2", "12345E-2", "0e999999999999", "-0", "1e21", "0x1p4", "4.9900000"} {
		f.Add(seed)
	}
	limit := big.NewRat(1e9, 1)
	f.Fuzz(func(t *testing.T, text string) {
		price, err := ParsePrice(text)
		if err != nil {
			return
		}
		if !json.Valid([]byte(text)) {
			t.Fatalf("%q is not even a JSON number", text)
		}
		if price == 0 {
			return // zero times any power of ten: big.Rat would write them all out
		}
		said, ok := new(big.Rat).SetString(text)
		if !ok || said.Cmp(big.NewRat(int64(price), 100)) != 0 || said.Cmp(limit) > 0 {
			t.Fatalf("%q is %v, read as %s", text, said, price)
		}
		if again, err := ParsePrice(price.String()); err != nil || again != price {
			t.Fatalf("%q is written as %s, which is read as %s (%v)", text, price, again, err)
		}
	})
}
