package jwtauth

import (
	"encoding"
	"encoding/json"
	"reflect"
	"strings"
)

var (
	unmarshaler     = reflect.TypeFor[json.Unmarshaler]()
	textUnmarshaler = reflect.TypeFor[encoding.TextUnmarshaler]()
)

// follow goes through pointers, and through interfaces that hold one, as encoding/json does. It
// reports false where encoding/json matches no names: at a type with its own method, and at an
// interface that holds no pointer.
func (d destination) follow() (_ destination, ok bool) {
	for {
		switch d.typ.Kind() {
		case reflect.Interface:
			if !d.value.IsValid() || d.value.Elem().Kind() != reflect.Pointer || d.value.Elem().IsNil() {
				return d, false
			}
			d = destination{d.value.Elem().Type(), d.value.Elem()}
		case reflect.Pointer:
			if hasMethod(d.typ) || d.isLoop() {
				return d, false
			}
			d = destination{d.typ.Elem(), dereference(d.value)}
		default:
			return d, !hasMethod(reflect.PointerTo(d.typ))
		}
	}
}

func hasMethod(pointer reflect.Type) bool {
	return pointer.Implements(unmarshaler) || pointer.Implements(textUnmarshaler)
}

// isLoop reports whether a pointer points to an interface that holds the same pointer.
func (d destination) isLoop() bool {
	held := dereference(d.value)
	return held.IsValid() && held.Kind() == reflect.Interface && held.Elem().Equal(d.value)
}

// dereference returns what a pointer points to, and no value for none.
func dereference(pointer reflect.Value) reflect.Value {
	if !pointer.IsValid() || pointer.IsNil() {
		return reflect.Value{}
	}
	return pointer.Elem()
}

// field returns the field of a struct, through embedded pointers.
func (d destination) field(index []int) destination {
	f := destination{typ: d.typ.FieldByIndex(index).Type}
	if d.value.IsValid() {
		f.value, _ = d.value.FieldByIndexErr(index) // none behind a nil pointer
	}
	return f
}

// element returns an element of a slice or an array. encoding/json reuses those of a slice that are
// behind its length too.
func (d destination) element(n int) destination {
	e := destination{typ: d.typ.Elem()}
	if !d.value.IsValid() {
		return e
	}
	list := d.value
	if list.Kind() == reflect.Slice {
		list = list.Slice(0, list.Cap())
	}
	if n < list.Len() {
		e.value = list.Index(n)
	}
	return e
}

// fieldsOf returns the index of each field that encoding/json fills, by name. Of several fields of
// one name the least deep counts, then the one with a tag, and otherwise none.
func fieldsOf(t reflect.Type) map[string][]int {
	fields := make(map[string][]int)
	expanded := make(map[reflect.Type]bool)
	for level := []embedded{{typ: t}}; len(level) > 0; {
		var found levelFields
		for _, e := range level {
			found.add(e, expanded)
		}
		for _, e := range level {
			expanded[e.typ] = true
		}
		for name, index := range found.dominant() {
			if _, shallower := fields[name]; !shallower {
				fields[name] = index
			}
		}
		level = found.embedded
	}
	for name, index := range fields {
		if index == nil {
			delete(fields, name)
		}
	}
	return fields
}

// embedded is a struct whose fields count as those of the struct around it.
type embedded struct {
	typ   reflect.Type
	index []int
}

// levelFields are the fields of all embedded structs of one depth, and the structs embedded there.
type levelFields struct {
	tagged, untagged map[string][][]int
	embedded         []embedded
}

func (l *levelFields) add(e embedded, expanded map[reflect.Type]bool) {
	if expanded[e.typ] {
		return
	}
	if l.tagged == nil {
		l.tagged, l.untagged = make(map[string][][]int), make(map[string][][]int)
	}
	for i := range e.typ.NumField() {
		f := e.typ.Field(i)
		index := append(e.index[:len(e.index):len(e.index)], i)
		tag := f.Tag.Get("json")
		name, _, _ := strings.Cut(tag, ",")
		inner := f.Type
		if inner.Kind() == reflect.Pointer {
			inner = inner.Elem()
		}
		isStruct := f.Anonymous && inner.Kind() == reflect.Struct
		switch {
		case tag == "-", !f.IsExported() && !isStruct:
		case name != "":
			l.tagged[name] = append(l.tagged[name], index)
		case isStruct:
			l.embedded = append(l.embedded, embedded{inner, index})
		default:
			l.untagged[f.Name] = append(l.untagged[f.Name], index)
		}
	}
}

// dominant returns the one field of each name, and nil for a name without one.
func (l *levelFields) dominant() map[string][]int {
	one := make(map[string][]int)
	for _, fields := range []map[string][][]int{l.untagged, l.tagged} { // a tag counts more
		for name, list := range fields {
			one[name] = nil
			if len(list) == 1 {
				one[name] = list[0]
			}
		}
	}
	return one
}
