package strictjson

// Elements walks the elements of an array that [Scan] has accepted.
type Elements struct{ scanner scanner }

// Each returns the walk over array, a value of doc. A value of another Kind has no elements.
func Each(doc []byte, array Value) Elements {
	if array.Kind != Array {
		return Elements{}
	}
	return Elements{scanner{doc: doc[:array.End], pos: int(array.Start) + 1}}
}

// Next returns the next element, and false after the last one.
func (e *Elements) Next() (Value, bool) {
	s := &e.scanner
	s.space()
	if s.accept(']') {
		return Value{}, false
	}
	if s.accept(',') {
		s.space()
	}
	s.members = s.members[:0] // those of the element before
	return s.value()
}

// Source returns a value as it is written in doc, a string with its quotes.
func Source(doc []byte, v Value) []byte {
	if v.Kind == String {
		return doc[v.Start-1 : v.End+1]
	}
	return doc[v.Start:v.End]
}
