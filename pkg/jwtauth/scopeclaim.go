package jwtauth

import (
	"errors"
	"slices"
	"strings"

	"example.com/securedpets/pkg/strictjson"
)

// registered are the claims of RFC 7519 section 4.1: none of them says what may be done.
var registered = []string{"iss", "sub", "aud", "exp", "nbf", "iat", "jti"}

// scopePath splits the name of a claim at its dots, unless it is a URL, whose dots belong to it.
func scopePath(claim string) []string {
	switch {
	case claim == "":
		return nil
	case strings.Contains(claim, "://"):
		return []string{claim}
	}
	return strings.Split(claim, ".")
}

func checkScopeClaim(claim string) error {
	path := scopePath(claim)
	switch {
	case slices.Contains(path, ""):
		return errors.New("jwtauth: ScopeClaim has an empty part")
	case len(path) == 1 && slices.Contains(registered, path[0]):
		return errors.New("jwtauth: ScopeClaim: " + path[0] + " does not say what a client may do")
	}
	return nil
}

// find follows path through objects. It returns the last value with the document that its position
// is in. An absent member anywhere is an absent claim; a member that is no object on the way is a
// fault.
func (b *builder) find(path []string) (at *builder, claim strictjson.Value, ok bool) {
	at, claim = b, member(b.doc, b.all, path[0])
	for _, name := range path[1:] {
		if claim.Kind != strictjson.Object {
			return at, strictjson.Value{}, claim.Kind == strictjson.Absent
		}
		doc := at.doc[claim.Start:claim.End]
		members, err := strictjson.Scan(doc, nil)
		if err != nil {
			return at, strictjson.Value{}, false // impossible: a part of a document that was scanned
		}
		at = &builder{doc: doc, text: at.text[claim.Start:claim.End]}
		claim = member(doc, members, name)
	}
	return at, claim, true
}

// member returns the member of exactly this name, or an absent Value.
func member(doc []byte, members []strictjson.Member, name string) strictjson.Value {
	for _, m := range members {
		if string(strictjson.Bytes(doc, m.Name)) == name {
			return m.Value
		}
	}
	return strictjson.Value{}
}

// isComplete reports whether the claims that RFC 9068 section 2.2 requires are present, apart from
// those that every token needs.
func (c *claims) isComplete() bool {
	return c.clientID.Kind != strictjson.Absent && c.iat.Kind != strictjson.Absent && c.jti.Kind != strictjson.Absent
}
