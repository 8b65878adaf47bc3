package strictjson

import "encoding/json"

// Parse returns the value of the one document in data as encoding/json would: a map[string]any,
// []any, string, [json.Number], bool or nil. A document may be a value of any kind, and an object
// may have any number of members. The value shares no memory with data.
//
// Time and memory grow with the length of data only. A tree of the smallest objects takes about
// sixty times that length: limit what you read, see [io.LimitReader].
//
// Of several faults, ErrEncoding comes before ErrLimit, ErrSyntax and ErrDuplicate, wherever they
// are.
func Parse(data []byte) (any, error) {
	if isTooLarge(data) {
		return nil, ErrLimit
	}
	t := tree{scanner: scanner{doc: data}}
	v, ok := t.node()
	t.space()
	switch {
	case !ok || t.pos != len(data):
		return nil, fault(data)
	case t.repeated:
		return nil, ErrDuplicate
	}
	return v, nil
}

// tree builds values from what the scanner reads, in one pass.
type tree struct {
	scanner

	repeated bool // a name; the rest is read too, because other faults take precedence
}

func (t *tree) node() (any, bool) {
	t.space()
	if t.accept('{') {
		o := map[string]any{}
		return o, t.list('}', func() bool { return t.entry(o) })
	}
	if t.accept('[') {
		a := []any{}
		ok := t.list(']', func() bool {
			v, ok := t.node()
			a = append(a, v)
			return ok
		})
		return a, ok
	}
	v, ok := t.value()
	return t.leaf(v), ok
}

// leaf returns a value that has no others inside.
func (t *tree) leaf(v Value) any {
	switch v.Kind {
	case String:
		return Text(t.doc, v)
	case Number:
		return json.Number(t.doc[v.Start:v.End])
	case True, False:
		return v.Kind == True
	default:
		return nil
	}
}

// list reads what follows an opening bracket, up to the closing one.
func (t *tree) list(closing byte, element func() bool) bool {
	if !t.enter() {
		return false
	}
	t.space()
	for first := true; !t.accept(closing); first = false {
		if !first && !t.accept(',') {
			return false
		}
		t.space()
		if !element() {
			return false
		}
		t.space()
	}
	t.depth--
	return true
}

func (t *tree) entry(o map[string]any) bool {
	if !t.accept('"') {
		return false
	}
	position, ok := t.text()
	if !ok {
		return false
	}
	name := Text(t.doc, position)
	_, exists := o[name]
	t.repeated = t.repeated || exists
	t.space()
	if !t.accept(':') {
		return false
	}
	o[name], ok = t.node()
	return ok
}
