package pets

import (
	"crypto/sha256"
	"time"
)

// A Sale is one pet sold to one buyer, as it was sold. No update touches it.
type Sale struct {
	PurchaseID string // one per request to buy
	PetID      int64
	Type       string
	Price      Price
	Buyer      Buyer
	At         time.Time
}

// Pet returns the pet as it was sold.
func (s Sale) Pet() Pet {
	return Pet{ID: s.PetID, Type: s.Type, Price: s.Price, Buyer: TagOf(s.Buyer.Subject)}
}

// A Buyer is identified by the subject of the verified token; the e-mail is
// what the list shows.
type Buyer struct {
	Subject string
	Email   string
}

// A Tag is a short hash of a subject. It shows which pets may be a buyer's own,
// at 8 bytes a pet; the sale then decides.
type Tag string

const tagSize = 8

// TagOf returns the tag of a subject.
func TagOf(subject string) Tag {
	sum := sha256.Sum256([]byte(subject))
	return Tag(sum[:tagSize])
}

// An Expect is what a buyer believes to buy. The zero Expect is met by every pet.
type Expect struct {
	Type  *string
	Price *Price
}

func (e Expect) isMet(p Pet) bool {
	return (e.Type == nil || *e.Type == p.Type) && (e.Price == nil || *e.Price == p.Price)
}
