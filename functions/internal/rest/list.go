package rest

import (
	"encoding/hex"
	"encoding/json"
	"strconv"
	"strings"

	"example.com/securedpets/functions/internal/pets"
)

// pet is a pet as a caller sees it.
type pet struct {
	ID     int64      `json:"id"`
	Type   string     `json:"type"`
	Price  pets.Price `json:"price"`
	IsSold bool       `json:"isSold,omitempty"`
	SoldTo string     `json:"soldTo,omitempty"`
}

// List encodes a page of the list. A catalog that was never written is {}, as
// in the tutorial; one without pets is [].
func List(page pets.Page) ([]byte, error) {
	if page.State.Version == 0 {
		return []byte("{}"), nil
	}
	list := make([]pet, 0, len(page.Pets))
	for _, p := range page.Pets {
		list = append(list, pet{ID: p.ID, Type: p.Type, Price: p.Price, IsSold: p.IsSold(), SoldTo: page.Owners[p.ID]})
	}
	return json.Marshal(list)
}

// ETag returns the entity tag of a window of the list for a viewer, without reading the list.
// An update compares only the version: a sale does not make an administrator's edit stale.
func ETag(state pets.State, viewer pets.Viewer, window pets.Window) string {
	sum := Hash(
		strconv.FormatInt(state.Sales, 10), strconv.FormatBool(viewer.All), viewer.Subject,
		strconv.FormatInt(window.After, 10), strconv.Itoa(window.Limit),
	)
	return `"` + strconv.FormatInt(state.Version, 10) + "-" + hex.EncodeToString(sum[:8]) + `"`
}

// IsFresh reports whether an If-None-Match has the tag, by weak comparison (RFC 9110, section
// 13.1.2).
func IsFresh(ifNoneMatch, etag string) bool {
	for _, tag := range tags(ifNoneMatch) {
		if tag == "*" || strings.TrimPrefix(tag, "W/") == etag {
			return true
		}
	}
	return false
}

// IfMatch returns the condition of an If-Match on the version of the catalog, by strong
// comparison (RFC 9110, section 13.1.1). "*" always holds: there always is a representation.
func IfMatch(value string) func(version int64) bool {
	return func(version int64) bool {
		prefix := `"` + strconv.FormatInt(version, 10) + "-"
		for _, tag := range tags(value) {
			if tag == "*" || strings.HasPrefix(tag, prefix) && strings.HasSuffix(tag, `"`) {
				return true
			}
		}
		return false
	}
}

// tags splits a list of entity tags. Ours contain no comma, so the parts of a
// foreign one that does match nothing.
func tags(list string) []string {
	all := strings.Split(list, ",")
	for i := range all {
		all[i] = strings.TrimSpace(all[i])
	}
	return all
}
