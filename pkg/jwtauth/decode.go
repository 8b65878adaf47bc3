package jwtauth

import (
	"encoding/json"
	"errors"
	"reflect"
	"strings"

	"example.com/securedpets/pkg/strictjson"
)

var (
	errNoClaims     = errors.New("jwtauth: there are no claims")
	errClaimsTarget = errors.New("jwtauth: claims are decoded into a non-nil pointer")
	errClaimsFit    = errors.New("jwtauth: the claims do not fit the type they are decoded into")
)

// Claims decodes the claims into v, a pointer, by the rules of encoding/json with one difference:
// names are case-sensitive, whatever types lead to the field. There, a token with "EMAIL" would
// fill a field tagged "email". A type with its own UnmarshalJSON follows its own rules.
//
// The error contains nothing of a claim.
func (t *Token) Claims(v any) error {
	if t == nil || t.payload == "" {
		return errNoClaims
	}
	target := reflect.ValueOf(v)
	if target.Kind() != reflect.Pointer || target.IsNil() {
		return errClaimsTarget
	}
	payload := strings.TrimLeft(t.payload, " \t\r\n") // appendExact looks at the first character
	doc := destination{target.Type(), target}.appendExact(nil, []byte(payload))
	if json.Unmarshal(doc, v) != nil { // its error may quote a claim
		return errClaimsFit
	}
	return nil
}

// destination is what encoding/json fills from a JSON value. The value is invalid where
// encoding/json makes a new one; then only the type matters. Where there is a value, it matters
// what its interfaces hold.
type destination struct {
	typ   reflect.Type
	value reflect.Value
}

// appendExact appends doc, one JSON value without space before it, to out. It leaves out the
// members that encoding/json would put into a field of another name.
func (d destination) appendExact(out, doc []byte) []byte {
	d, ok := d.follow()
	if !ok {
		return append(out, doc...)
	}
	switch kind := d.typ.Kind(); {
	case doc[0] == '{' && kind == reflect.Struct:
		fields := fieldsOf(d.typ)
		return appendMembers(out, doc, func(name string) (destination, bool) {
			index, known := fields[name]
			if !known {
				return destination{}, false
			}
			return d.field(index), true
		})
	case doc[0] == '{' && kind == reflect.Map:
		return appendMembers(out, doc, func(string) (destination, bool) {
			return destination{typ: d.typ.Elem()}, true
		})
	case doc[0] == '[' && (kind == reflect.Slice || kind == reflect.Array):
		return d.appendElements(out, doc)
	}
	return append(out, doc...)
}

func appendMembers(out, doc []byte, destinationOf func(name string) (destination, bool)) []byte {
	members, err := strictjson.Scan(doc, nil)
	if err != nil {
		return append(out, "null"...) // impossible: doc is a part of a document that was scanned
	}
	out = append(out, '{')
	separator := ""
	for _, m := range members {
		d, known := destinationOf(strictjson.Text(doc, m.Name))
		if !known {
			continue
		}
		out = append(out, separator...)
		out = append(append(out, strictjson.Source(doc, m.Name)...), ':')
		out = d.appendExact(out, strictjson.Source(doc, m.Value))
		separator = ","
	}
	return append(out, '}')
}

func (d destination) appendElements(out, doc []byte) []byte {
	out = append(out, '[')
	separator := ""
	each := strictjson.Each(doc, strictjson.Value{End: int32(len(doc)), Kind: strictjson.Array})
	for n := 0; ; n++ {
		v, more := each.Next()
		if !more {
			return append(out, ']')
		}
		out = append(out, separator...)
		out = d.element(n).appendExact(out, strictjson.Source(doc, v))
		separator = ","
	}
}
