package strictjson

import "math"

// Kind is the type of a JSON value.
type Kind uint8

// The kinds of a value. The zero Kind is that of a value that is absent.
const (
	Absent Kind = iota
	String
	Number
	Object
	Array
	True
	False
	Null
)

// Value is the position of a value in its document, in bytes; for a string, without the quotes.
type Value struct {
	Start, End int32
	Kind       Kind
	Escaped    bool // a string with at least one backslash
}

// Member is one name and value of an object.
type Member struct{ Name, Value Value }

// Scan checks the whole document, which must be an object, and appends the members of the object to
// into. It returns nil and an error at the first fault.
func Scan(doc []byte, into []Member) ([]Member, error) { return scan(doc, into, MaxDepth) }

// ScanOuter is Scan, except that it accepts equal names in the objects inside the outermost one. It
// is for documents whose parts are scanned one by one afterwards, so that a fault in one does not
// affect the others.
func ScanOuter(doc []byte, into []Member) ([]Member, error) { return scan(doc, into, 1) }

func scan(doc []byte, into []Member, unique int) ([]Member, error) {
	if isTooLarge(doc) {
		return nil, ErrLimit
	}
	s := scanner{doc: doc, members: into, unique: unique}
	s.space()
	if !s.accept('{') || !s.object() {
		return nil, s.cause()
	}
	s.space()
	if s.pos != len(doc) {
		return nil, ErrSyntax
	}
	return s.members, nil
}

// isTooLarge reports whether there are positions in doc that an int32 cannot hold.
func isTooLarge(doc []byte) bool { return len(doc) > math.MaxInt32 }

// scanner is a recursive descent parser. Its methods report false after the first fault.
type scanner struct {
	doc     []byte
	pos     int
	depth   int
	unique  int      // objects at most this deep may not repeat a name
	members []Member // a stack: those of the object that is being read are at the end
	err     error
}

func (s *scanner) cause() error {
	if s.err != nil {
		return s.err
	}
	return ErrSyntax
}

func (s *scanner) space() {
	for s.pos < len(s.doc) {
		switch s.doc[s.pos] {
		case ' ', '\t', '\n', '\r':
			s.pos++
		default:
			return
		}
	}
}

func (s *scanner) accept(c byte) bool {
	if s.pos < len(s.doc) && s.doc[s.pos] == c {
		s.pos++
		return true
	}
	return false
}

func (s *scanner) enter() bool {
	if s.depth++; s.depth > MaxDepth {
		s.err = ErrLimit
		return false
	}
	return true
}

// object reads what follows the opening brace. Members of inner objects leave the stack when their
// object ends.
func (s *scanner) object() bool {
	if !s.enter() {
		return false
	}
	base := len(s.members)
	s.space()
	if !s.accept('}') && !s.list(base) {
		return false
	}
	if s.depth--; s.depth > 0 {
		s.members = s.members[:base]
	}
	return true
}

func (s *scanner) list(base int) bool {
	var seen nameSet
	for {
		if !s.member(base, &seen) {
			return false
		}
		s.space()
		if s.accept('}') {
			return true
		}
		if !s.accept(',') {
			return false
		}
		s.space()
	}
}

func (s *scanner) member(base int, seen *nameSet) bool {
	if !s.accept('"') {
		return false
	}
	name, ok := s.text()
	if !ok {
		return false
	}
	if s.depth <= s.unique && seen.mayHave(s.doc, name) && s.repeats(name, s.members[base:]) {
		s.err = ErrDuplicate
		return false
	}
	if len(s.members)-base == MaxMembers {
		s.err = ErrLimit
		return false
	}
	at := len(s.members)
	s.members = append(s.members, Member{Name: name})
	s.space()
	if !s.accept(':') {
		return false
	}
	value, ok := s.value()
	if ok {
		s.members[at].Value = value
	}
	return ok
}

func (s *scanner) array() bool {
	if !s.enter() {
		return false
	}
	defer func() { s.depth-- }()
	s.space()
	if s.accept(']') {
		return true
	}
	for {
		if _, ok := s.value(); !ok {
			return false
		}
		s.space()
		if s.accept(']') {
			return true
		}
		if !s.accept(',') {
			return false
		}
	}
}

func (s *scanner) value() (Value, bool) {
	s.space()
	if s.pos >= len(s.doc) {
		return Value{}, false
	}
	start := s.pos
	switch c := s.doc[s.pos]; c {
	case '"':
		s.pos++
		return s.text()
	case '{':
		s.pos++
		ok := s.object()
		return s.span(start, Object), ok
	case '[':
		s.pos++
		ok := s.array()
		return s.span(start, Array), ok
	case 't':
		return s.literal(start, "true", True)
	case 'f':
		return s.literal(start, "false", False)
	case 'n':
		return s.literal(start, "null", Null)
	default:
		ok := s.number()
		return s.span(start, Number), ok
	}
}

func (s *scanner) span(start int, k Kind) Value {
	return Value{Start: int32(start), End: int32(s.pos), Kind: k}
}

func (s *scanner) literal(start int, name string, k Kind) (Value, bool) {
	end := min(start+len(name), len(s.doc))
	if string(s.doc[start:end]) != name {
		return Value{}, false
	}
	s.pos = end
	return s.span(start, k), true
}
