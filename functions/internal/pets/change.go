package pets

import (
	"cmp"
	"slices"
)

// A Change of the catalog.
type Change struct {
	Kind ChangeKind
	Pet  Pet
}

// ChangeKind is what happens to the pet.
type ChangeKind int

// The kinds of change.
const (
	Add    ChangeKind = iota // a pet whose id is not in the catalog; sold if it has a buyer
	Alter                    // type or price of a pet, sold or not
	Remove                   // its sale, if any, stays
)

// diff compares two lists by id. Both may be in any order.
func diff(standing, wanted []Pet) []Change {
	old := make(map[int64]Pet, len(standing))
	for _, p := range standing {
		old[p.ID] = p
	}
	var changes []Change
	for _, p := range wanted {
		before, exists := old[p.ID]
		delete(old, p.ID)
		switch {
		case !exists:
			changes = append(changes, Change{Add, p})
		case before.Type != p.Type || before.Price != p.Price:
			changes = append(changes, Change{Alter, p})
		}
	}
	for _, p := range old {
		changes = append(changes, Change{Remove, p})
	}
	slices.SortFunc(changes, func(a, b Change) int { return cmp.Compare(a.Pet.ID, b.Pet.ID) })
	return changes
}

// grown returns by how many pets the changes make the catalog larger.
func grown(changes []Change) int64 {
	var n int64
	for _, c := range changes {
		switch c.Kind {
		case Add:
			n++
		case Remove:
			n--
		case Alter:
		}
	}
	return n
}
