// Package strictjson reads JSON from untrusted sources, and refuses every document that two parsers
// could read differently. Start with [Parse].
//
// encoding/json is more lenient: it matches names in any case ("PETID" sets petId), uses the last
// of two equal names where others use the first, replaces invalid text silently, and has no limits.
// Decoded into a struct, the token {"exp":1,"EXP":9999999999} is valid for ever.
//
// Accepted is one document of RFC 8259, in UTF-8 without a byte order mark or lone surrogates,
// without equal names in one object, however they are spelled ("a" is "\u0061"), and at most
// [MaxDepth] levels deep. Names and numbers stay as they were written.
//
// There are two ways to read, with one grammar. [Parse] returns a tree, and is simpler to use.
// [Scan] returns positions, and allocates nothing but the list of members. It requires an object,
// with at most [MaxMembers] in each.
//
// The functions that take positions require the document that was scanned. With another one they
// return whatever is at the position; they panic where it is out of range, as a slice expression
// does.
package strictjson

import "errors"

// Limits of a document. A deeper or wider one is an attack, not data.
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
