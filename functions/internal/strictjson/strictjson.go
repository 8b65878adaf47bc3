// Package strictjson reads JSON from strangers so that every reader reads the
// same document. encoding/json matches names in any case ("PETID" sets a field
// named petId), takes the last of two equal names, and mends broken text; a
// reader elsewhere takes the first, and the two disagree about what was said.
//
// Accepted is one document as RFC 8259 has it, in UTF-8 without a byte order
// mark, without lone surrogates, without two equal names in one object, at
// most 32 levels deep. Numbers keep their spelling.
package strictjson

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"unicode/utf8"
)

// MaxDepth is how deep objects and arrays may nest.
const MaxDepth = 32

// Errors of [Parse]. All but ErrNotJSON are refusals of what many parsers take.
var (
	ErrNotJSON   = errors.New("not a JSON document")
	ErrEncoding  = errors.New("not UTF-8")
	ErrDuplicate = errors.New("two equal names in one object")
	ErrDepth     = errors.New("nested too deep")
)

// An Object maps names, exactly as they were spelled, to values: Object, Array,
// string, [json.Number], bool or nil.
type Object map[string]any

// An Array holds values as [Object] does.
type Array []any

// Parse returns the value of the one document in data.
func Parse(data []byte) (any, error) {
	if !utf8.Valid(data) || loneSurrogate(data) {
		return nil, ErrEncoding
	}
	// json.Valid first: Decoder.Token alone forgives a missing or a doubled comma here and there.
	if tooDeep(data) {
		return nil, ErrDepth
	}
	if !json.Valid(data) {
		return nil, ErrNotJSON
	}
	d := json.NewDecoder(bytes.NewReader(data))
	d.UseNumber()
	v, err := value(d)
	if err != nil {
		return nil, err
	}
	return v, nil
}

func value(d *json.Decoder) (any, error) {
	token, err := d.Token()
	if err != nil {
		return nil, notJSON(err)
	}
	switch token {
	case json.Delim('{'):
		return object(d)
	case json.Delim('['):
		return array(d)
	default:
		return token, nil
	}
}

func object(d *json.Decoder) (Object, error) {
	o := Object{}
	for d.More() {
		token, err := d.Token()
		if err != nil {
			return nil, notJSON(err)
		}
		name, _ := token.(string)
		if _, exists := o[name]; exists {
			return nil, ErrDuplicate
		}
		if o[name], err = value(d); err != nil {
			return nil, err
		}
	}
	_, err := d.Token()
	return o, notJSON(err)
}

func array(d *json.Decoder) (Array, error) {
	a := Array{}
	for d.More() {
		v, err := value(d)
		if err != nil {
			return nil, err
		}
		a = append(a, v)
	}
	_, err := d.Token()
	return a, notJSON(err)
}

func notJSON(err error) error {
	if err == nil || errors.Is(err, io.EOF) {
		return err
	}
	return ErrNotJSON
}

// tooDeep counts brackets outside of strings, so that a megabyte of them costs
// one pass and no stack.
func tooDeep(data []byte) bool {
	depth, inString := 0, false
	for i := 0; i < len(data); i++ {
		switch c := data[i]; {
		case inString && c == '\\':
			i++
		case c == '"':
			inString = !inString
		case inString:
		case c == '{' || c == '[':
			if depth++; depth > MaxDepth {
				return true
			}
		case c == '}' || c == ']':
			depth--
		}
	}
	return false
}

// loneSurrogate finds \ud800 to \udfff outside of a pair: encoding/json would
// make U+FFFD of each, and two different names would become one.
func loneSurrogate(data []byte) bool {
	for i := 0; i < len(data); i++ {
		if data[i] != '\\' {
			continue
		}
		high, ok := escape(data[i:])
		if !ok {
			i++ // the escaped character
			continue
		}
		i += escapeLength - 1
		switch {
		case high >= 0xdc00 && high <= 0xdfff:
			return true
		case high >= 0xd800 && high <= 0xdbff:
			low, ok := escape(data[i+1:])
			if !ok || low < 0xdc00 || low > 0xdfff {
				return true
			}
			i += escapeLength
		}
	}
	return false
}

const escapeLength = len(`\u0000`)

// escape reads the six characters of a Unicode escape at the start of data.
func escape(data []byte) (r rune, ok bool) {
	if len(data) < escapeLength || data[0] != '\\' || data[1] != 'u' {
		return 0, false
	}
	for _, c := range data[2:escapeLength] {
		switch {
		case '0' <= c && c <= '9':
			r = r<<4 | rune(c-'0')
		case 'a' <= c|0x20 && c|0x20 <= 'f':
			r = r<<4 | rune(c|0x20-'a'+10)
		default:
			return 0, false
		}
	}
	return r, true
}
