package pets

import (
	"context"
	"fmt"
)

// MaxPage is how many pets one page of the list holds at most.
const MaxPage = 1000

// A Page of the list, ordered by id.
type Page struct {
	Version int64 // of the catalog; 0 where it was never written
	Pets    []Pet
	Next    int64 // the last id of this page where more follow, else 0
}

// A Lister reads the list. It is safe for concurrent use; its errors are
// [ErrUnavailable] and [ErrCorrupt].
type Lister interface {
	// Page returns at most limit pets with ids above after, as they stand now.
	// Its version was read before its pets: it may be too old for them, never
	// too new.
	Page(ctx context.Context, after int64, limit int) (Page, error)
}

// List returns one page.
func List(ctx context.Context, store Lister, after int64, limit int) (Page, error) {
	page, err := store.Page(ctx, after, limit)
	if err != nil {
		return Page{}, fmt.Errorf("%w: %w", ErrList, err)
	}
	return page, nil
}

// A Viewer is who looks at the list. The zero Viewer is anyone.
type Viewer struct {
	Subject string
	All     bool // may see the owner of every pet
}

// Owner returns the e-mail of the pet's owner where the viewer may see it:
// an administrator everyone's, a buyer his own.
func (v Viewer) Owner(p Pet) (email string, ok bool) {
	if p.Sale == nil || p.Sale.Buyer.Email == "" {
		return "", false
	}
	own := v.Subject != "" && p.Sale.Buyer.Subject == v.Subject
	return p.Sale.Buyer.Email, v.All || own
}
