package template

import (
	"slices"
	"strconv"
	"strings"
)

// properties reads the members of one object and collects their problems, so that a reader is a
// plain list of the members it knows. Call done last: members that were not read are problems.
type properties struct {
	b      *builder
	where  string // logical id
	path   string // of this object inside the resource, "" or "CorsConfiguration."
	values map[string]any
	asked  []string
}

func (p *properties) problem(name string, kind error, format string, args ...any) {
	p.b.problem(p.where+" "+p.path+name, kind, format, args...)
}

// value resolves a member; found is false when it is absent or a problem.
func (p *properties) value(name string) (value any, found bool) {
	p.asked = append(p.asked, name)
	expression, given := p.values[name]
	if !given {
		return nil, false
	}
	value, err := p.b.resolver.resolve(expression)
	if err != nil {
		p.b.add(p.where+" "+p.path+name, err)
		return nil, false
	}
	return value, value != removed{}
}

// ignored names members that do not change what is served.
func (p *properties) ignored(names ...string) { p.asked = append(p.asked, names...) }

// done reports members that were not read: AWS would obey them, the laptop would not.
func (p *properties) done() {
	for _, name := range sorted(p.values) {
		if !slices.Contains(p.asked, name) {
			p.problem(name, ErrNotServed, "the local stack knows no such property")
		}
	}
}

func (p *properties) text(name, otherwise string) string {
	value, found := p.value(name)
	if !found {
		return otherwise
	}
	text, ok := scalarText(value)
	if !ok {
		p.problem(name, ErrInvalid, "a text was expected")
	}
	return text
}

// required is text for a member that must exist and not be empty.
func (p *properties) required(name string) string {
	if _, given := p.values[name]; !given {
		p.asked = append(p.asked, name)
		p.problem(name, ErrInvalid, "it is required")
		return ""
	}
	before := len(p.b.problems)
	text := p.text(name, "")
	if text == "" && len(p.b.problems) == before {
		p.problem(name, ErrInvalid, "it is empty")
	}
	return text
}

func (p *properties) texts(name string) []string {
	value, found := p.value(name)
	if !found {
		return nil
	}
	list, ok := value.([]any)
	texts := make([]string, 0, len(list))
	for _, element := range list {
		text, scalar := scalarText(element)
		ok = ok && scalar
		texts = append(texts, text)
	}
	if !ok {
		p.problem(name, ErrInvalid, "a list of texts was expected")
		return nil
	}
	return texts
}

func (p *properties) flag(name string) bool {
	text := p.text(name, "false")
	holds, err := strconv.ParseBool(text)
	if err != nil {
		p.problem(name, ErrInvalid, "true or false was expected")
	}
	return holds
}

func (p *properties) number(name string, least, most float64) *float64 {
	value, found := p.value(name)
	if !found {
		return nil
	}
	text, _ := scalarText(value)
	number, err := strconv.ParseFloat(text, 64)
	if err != nil || number < least || number > most {
		p.problem(name, ErrInvalid, "a number from %v to %v was expected", least, most)
		return nil
	}
	return &number
}

func (p *properties) integer(name string, least, most int) *int {
	number := p.number(name, float64(least), float64(most))
	if number == nil {
		return nil
	}
	whole := int(*number)
	if float64(whole) != *number {
		p.problem(name, ErrInvalid, "a whole number was expected")
		return nil
	}
	return &whole
}

// object opens a member that is an object; nil when it is absent.
func (p *properties) object(name string) *properties {
	p.asked = append(p.asked, name)
	values, found := p.values[name].(map[string]any)
	if !found || isIntrinsic(values) {
		value, given := p.value(name)
		if !given {
			return nil
		}
		if values, found = value.(map[string]any); !found {
			p.problem(name, ErrInvalid, "an object was expected")
			return nil
		}
	}
	return &properties{b: p.b, where: p.where, path: p.path + name + ".", values: values}
}

// isIntrinsic reports whether an object is an expression. The members of other objects are read one
// by one, so that a problem can name the member.
func isIntrinsic(object map[string]any) bool {
	for name := range object {
		if len(object) == 1 && (name == "Ref" || strings.HasPrefix(name, "Fn::")) {
			return true
		}
	}
	return false
}

// textMap reads an object whose values are texts.
func (p *properties) textMap(name string) map[string]string {
	members := p.object(name)
	if members == nil {
		return nil
	}
	texts := make(map[string]string, len(members.values))
	for _, key := range sorted(members.values) {
		if value, found := members.value(key); found {
			text, scalar := scalarText(value)
			if !scalar {
				members.problem(key, ErrInvalid, "a text was expected, not %s", compact(value))
			}
			texts[key] = text
		}
	}
	return texts
}
