package pets

import (
	"context"

	"example.com/securedpets/functions/contract"
)

// MaxPage is the most pets of one result page.
const MaxPage = contract.MaxPage

// A State changes with every update and every sale, and never returns to an
// earlier value.
type State struct {
	Version int64 // of the catalog, one more with every batch of an update; 0 if it was never written
	Sales   int64 // of all time

	Pets     int64  // in the catalog
	LastID   int64  // the highest number that was ever in the catalog
	UpdateID string // of the update that wrote the version
}

// A Window selects a result page: at most Limit pets with ids above After.
type Window struct {
	After int64
	Limit int
}

// FirstPage is the window of a request without parameters.
var FirstPage = Window{Limit: MaxPage}

// A Page of the list, ordered by id, as one viewer sees it.
type Page struct {
	State  State
	Pets   []Pet
	Next   int64            // the last id of this page if more pets follow, else 0
	Owners map[int64]string // e-mails of buyers, by pet
}

// A Lister reads the list. It is safe for concurrent use. All reads are
// consistent. Errors: [ErrUnavailable], [ErrCorrupt], [ErrLayout].
type Lister interface {
	State(ctx context.Context) (State, error)
	// Pets returns the pets of the window and, if more follow, the last id among them.
	Pets(ctx context.Context, window Window) (list []Pet, next int64, err error)
	// Sales returns the sales of the numbers from first to last, listed or not.
	Sales(ctx context.Context, first, last int64) ([]Sale, error)
}

// List returns one page. The state must have been read before: it may be too
// old for the pets, never too new.
func List(ctx context.Context, store Lister, state State, viewer Viewer, window Window) (Page, error) {
	page := Page{State: state}
	if state.Version == 0 {
		return page, nil
	}
	var err error
	if page.Pets, page.Next, err = store.Pets(ctx, window); err == nil {
		page.Owners, err = viewer.owners(ctx, store, page.Pets)
	}
	if err != nil {
		return Page{}, err
	}
	return page, nil
}

// A Viewer is who looks at the list. The zero Viewer is anonymous.
type Viewer struct {
	Subject string
	All     bool // may see the buyer of every pet
}

// MaySee reports whether the viewer may see the buyer of a sale: administrators
// of every sale, buyers of their own.
func (v Viewer) MaySee(s Sale) bool {
	return v.All || v.Subject != "" && v.Subject == s.Buyer.Subject
}

// owners reads the sales from the first to the last pet that may concern the viewer.
func (v Viewer) owners(ctx context.Context, store Lister, list []Pet) (map[int64]string, error) {
	var first, last int64
	candidates := map[int64]bool{}
	own := TagOf(v.Subject)
	for _, p := range list {
		if p.IsSold() && (v.All || v.Subject != "" && p.Buyer == own) {
			if first == 0 {
				first = p.ID
			}
			last = p.ID
			candidates[p.ID] = true
		}
	}
	if first == 0 {
		return nil, nil //nolint:nilnil // no owner to show is no error
	}
	sales, err := store.Sales(ctx, first, last)
	if err != nil {
		return nil, err
	}
	owners := map[int64]string{}
	for _, s := range sales {
		if candidates[s.PetID] && v.MaySee(s) {
			owners[s.PetID] = s.Buyer.Email
		}
	}
	return owners, nil
}
