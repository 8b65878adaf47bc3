package template

import (
	"encoding/json"
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"
)

// parameter is one entry of the section Parameters.
type parameter struct {
	Type           string
	Default        any
	AllowedValues  []any
	AllowedPattern string
	MinLength      json.Number
	MaxLength      json.Number
	MinValue       json.Number
	MaxValue       json.Number
}

// parameterValues returns the value of every parameter: the deployment's, else the default.
func parameterValues(doc *document, given map[string]string) (map[string]any, []error) {
	values := make(map[string]any, len(doc.Parameters))
	var problems []error
	complain := func(name, format string, args ...any) {
		problems = append(problems, &Problem{Where: "parameter " + name, Kind: ErrParameter, Detail: fmt.Sprintf(format, args...)})
	}
	for _, name := range sorted(given) {
		if _, known := doc.Parameters[name]; !known {
			complain(name, "the template has no such parameter; it has %s", strings.Join(sorted(doc.Parameters), ", "))
		}
	}
	for _, name := range sorted(doc.Parameters) {
		value, err := doc.Parameters[name].value(given, name)
		if err != nil {
			complain(name, "%v", err)
		}
		if value != nil { // one that is not allowed is one problem, not one for each use
			values[name] = value
		}
	}
	return values, problems
}

func (p parameter) value(given map[string]string, name string) (any, error) {
	raw, ok := given[name]
	if p.isStored() {
		return storedValue{set: ok, value: raw}, nil
	}
	if !ok {
		text, scalar := scalarText(p.Default)
		if !scalar {
			return nil, fmt.Errorf("it has neither a value nor a default")
		}
		raw = text
	}
	if !p.isList() {
		return raw, p.check(raw)
	}
	list := splitList(raw)
	for _, element := range list {
		if text, _ := scalarText(element); p.check(text) != nil {
			return list, p.check(text)
		}
	}
	return list, nil
}

// storedValue is a parameter whose default names an entry of the parameter store. It is a problem
// only where it is used: CDK declares its bootstrap version in every template and uses it in no
// resource.
type storedValue struct {
	set   bool
	value string
}

func (p parameter) isStored() bool { return strings.HasPrefix(p.Type, "AWS::SSM::Parameter::Value<") }

func (p parameter) isList() bool {
	return p.Type == "CommaDelimitedList" || strings.HasPrefix(p.Type, "List<")
}

// splitList splits a CommaDelimitedList at commas and trims each member. An empty text is an empty
// list [open].
func splitList(raw string) []any {
	list := []any{}
	if raw == "" {
		return list
	}
	for element := range strings.SplitSeq(raw, ",") {
		list = append(list, strings.TrimSpace(element))
	}
	return list
}

// check applies the rules that CloudFormation applies before it creates anything.
func (p parameter) check(value string) error {
	if len(p.AllowedValues) > 0 && !slices.ContainsFunc(p.AllowedValues, func(allowed any) bool {
		text, ok := scalarText(allowed)
		return ok && text == value
	}) {
		return fmt.Errorf("the value is not one of %s", compact(p.AllowedValues))
	}
	if p.AllowedPattern != "" {
		pattern, err := regexp.Compile(`^(?:` + p.AllowedPattern + `)$`)
		if err != nil {
			return fmt.Errorf("AllowedPattern cannot be evaluated: %w", err)
		}
		if !pattern.MatchString(value) {
			return fmt.Errorf("the value does not match AllowedPattern %s", p.AllowedPattern)
		}
	}
	return p.checkRange(value)
}

func (p parameter) checkRange(value string) error {
	measured, low, high := float64(utf8.RuneCountInString(value)), p.MinLength, p.MaxLength
	if p.Type == "Number" || p.Type == "List<Number>" {
		number, err := strconv.ParseFloat(value, 64)
		if err != nil {
			return fmt.Errorf("the value is not a number")
		}
		measured, low, high = number, p.MinValue, p.MaxValue
	}
	if least, err := low.Float64(); err == nil && measured < least {
		return fmt.Errorf("the value is below the least of %s", low)
	}
	if most, err := high.Float64(); err == nil && measured > most {
		return fmt.Errorf("the value is above the most of %s", high)
	}
	return nil
}
