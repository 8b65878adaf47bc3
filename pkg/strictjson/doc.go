// Package strictjson reads JSON from strangers, and refuses every document that two readers could understand
// differently. Start with [Parse].
//
// encoding/json is not that reader: it matches names in any case ("PETID" sets petId), lets the last of two equal
// names win where others take the first, mends broken text in silence, and has no limits: {"exp":1,"EXP":9999999999}
// never ends for whoever decodes it into a struct.
//
// Accepted is one document of RFC 8259, in UTF-8 without a byte order mark or lone surrogates, without equal names in
// one object, however they are spelled ("a" is "\u0061"), and at most [MaxDepth] levels deep. Names and numbers stay
// as they were written.
//
// Two ways to read, with one grammar. [Parse] returns a tree: for people. [Scan] returns where things are, for those
// who count allocations: it needs only room for the members. It wants an object, and at most [MaxMembers] in each.
//
// Whoever works with positions promises that doc is still the document that was scanned. With another one the
// functions return whatever stands there; they panic where the position is outside of it, as a slice expression does.
package strictjson

import "errors"

// Limits of a document. One that is deeper or wider is made to hurt, not to inform.
const (
	MaxMembers = 128 // per object; for Scan, which compares names one by one
	MaxDepth   = 32  // objects and arrays in one another
)

// Reasons to refuse a document. [Scan] and [Parse] return them as they are, and no others.
var (
	// ErrSyntax means that it is not one document of JSON, or no object where one is wanted.
	ErrSyntax = errors.New("strictjson: not JSON")
	// ErrEncoding means that it has bytes that are not UTF-8, or half of a surrogate pair.
	ErrEncoding = errors.New("strictjson: not UTF-8")
	// ErrDuplicate means that an object has two members of the same name.
	ErrDuplicate = errors.New("strictjson: duplicate member name")
	// ErrLimit means that it is too deep, has too many members, or is 2 GiB or more.
	ErrLimit = errors.New("strictjson: too deep, too many members or too large")
)
