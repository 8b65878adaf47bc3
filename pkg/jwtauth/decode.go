package jwtauth

import (
	"encoding"
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

// Claims decodes the claims into v, a pointer to a struct or a map, by the rules of encoding/json but for one: names
// must match to the letter. There, a token with "EMAIL" would fill a field tagged "email". A type with its own
// UnmarshalJSON decides for itself.
//
// The error never says what was in a claim.
func (t *Token) Claims(v any) error {
	if t == nil || t.payload == "" {
		return errNoClaims
	}
	target := reflect.ValueOf(v)
	if target.Kind() != reflect.Pointer || target.IsNil() {
		return errClaimsTarget
	}
	payload := strings.TrimLeft(t.payload, " \t\r\n") // exactNames looks at the first character
	doc := exactNames(nil, []byte(payload), target.Type().Elem())
	if json.Unmarshal(doc, v) != nil { // its error may quote a claim
		return errClaimsFit
	}
	return nil
}

var (
	unmarshaler     = reflect.TypeFor[json.Unmarshaler]()
	textUnmarshaler = reflect.TypeFor[encoding.TextUnmarshaler]()
)

// exactNames appends doc, which is one JSON value without space before it, to out, without the members that would reach a field of t although
// their name is another one.
func exactNames(out, doc []byte, t reflect.Type) []byte {
	for t.Kind() == reflect.Pointer {
		t = t.Elem()
	}
	if p := reflect.PointerTo(t); p.Implements(unmarshaler) || p.Implements(textUnmarshaler) {
		return append(out, doc...)
	}
	switch first := doc[0]; {
	case t.Kind() == reflect.Struct && first == '{':
		fields := fieldTypes(t)
		return exactMembers(out, doc, func(name string) (reflect.Type, bool) {
			field, ok := fields[name]
			return field, ok
		})
	case t.Kind() == reflect.Map && first == '{':
		return exactMembers(out, doc, func(string) (reflect.Type, bool) { return t.Elem(), true })
	case (t.Kind() == reflect.Slice || t.Kind() == reflect.Array) && first == '[':
		return exactElements(out, doc, t.Elem())
	}
	return append(out, doc...)
}

func exactMembers(out, doc []byte, typeOf func(name string) (reflect.Type, bool)) []byte {
	members, err := strictjson.Scan(doc, nil)
	if err != nil {
		return append(out, "null"...) // cannot be: it is part of a document that was scanned
	}
	out = append(out, '{')
	comma := false
	for _, m := range members {
		t, ok := typeOf(strictjson.Text(doc, m.Name))
		if !ok {
			continue
		}
		if comma {
			out = append(out, ',')
		}
		comma = true
		out = append(append(out, strictjson.Source(doc, m.Name)...), ':')
		out = exactNames(out, strictjson.Source(doc, m.Value), t)
	}
	return append(out, '}')
}

func exactElements(out, doc []byte, t reflect.Type) []byte {
	out = append(out, '[')
	each := strictjson.Each(doc, strictjson.Value{End: int32(len(doc)), Kind: strictjson.Array})
	for comma := false; ; comma = true {
		v, ok := each.Next()
		if !ok {
			return append(out, ']')
		}
		if comma {
			out = append(out, ',')
		}
		out = exactNames(out, strictjson.Source(doc, v), t)
	}
}

// fieldTypes returns the fields that encoding/json fills, by name.
func fieldTypes(t reflect.Type) map[string]reflect.Type {
	fields := make(map[string]reflect.Type)
	for _, f := range reflect.VisibleFields(t) {
		tag := f.Tag.Get("json")
		name, _, _ := strings.Cut(tag, ",")
		if !f.IsExported() || tag == "-" || name == "" && isEmbedded(f) {
			continue
		}
		if name == "" {
			name = f.Name
		}
		fields[name] = f.Type
	}
	return fields
}

// isEmbedded holds for a struct whose fields count as those of the struct around it.
func isEmbedded(f reflect.StructField) bool {
	t := f.Type
	if t.Kind() == reflect.Pointer {
		t = t.Elem()
	}
	return f.Anonymous && t.Kind() == reflect.Struct
}
