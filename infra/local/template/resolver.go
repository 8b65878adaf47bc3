package template

import (
	"cmp"
	"encoding/json"
	"fmt"
	"strconv"
	"strings"
)

// resolver turns expressions into values. It is not safe for concurrent use.
type resolver struct {
	doc               *document
	env               environment
	parameters        map[string]any
	parameterProblems []error
	intrinsics        map[string]intrinsic
	attributes        map[string]map[string]attribute
	conditions        map[string]bool
	busy              map[string]bool // steps in progress: a circle is an error, not a stack overflow
}

// environment is the place of the stack.
type environment struct{ region, account, name, partition, suffix string }

// removed is the value of AWS::NoValue: the property that holds it does not exist.
type removed struct{}

func newResolver(doc *document, with Settings) *resolver {
	env := environment{
		region:    cmp.Or(with.Region, "us-east-1"),
		account:   "123456789012",
		name:      "SecuredPets",
		partition: "aws",
		suffix:    "amazonaws.com",
	}
	switch {
	case strings.HasPrefix(env.region, "cn-"):
		env.partition, env.suffix = "aws-cn", "amazonaws.com.cn"
	case strings.HasPrefix(env.region, "us-gov-"):
		env.partition = "aws-us-gov"
	}
	values, problems := parameterValues(doc, with.Parameters)
	r := &resolver{
		doc: doc, env: env, parameters: values, parameterProblems: problems,
		attributes: knownAttributes(), conditions: map[string]bool{}, busy: map[string]bool{},
	}
	r.intrinsics = r.knownIntrinsics()
	return r
}

// unresolved returns the error of an expression; the builder adds its place.
func unresolved(expression any, format string, args ...any) error {
	return &Problem{Kind: ErrUnresolved, Detail: compact(expression) + ": " + fmt.Sprintf(format, args...)}
}

// once guards a named step against circles.
func (r *resolver) once(step string, expression any, do func() (any, error)) (any, error) {
	if r.busy[step] {
		return nil, unresolved(expression, "it goes in a circle")
	}
	r.busy[step] = true
	defer delete(r.busy, step)
	return do()
}

// resolve returns the value of an expression: nil, bool, json.Number, string, []any, map[string]any
// or removed.
func (r *resolver) resolve(expression any) (any, error) {
	switch e := expression.(type) {
	case []any:
		return r.resolveList(e)
	case map[string]any:
		return r.resolveObject(e)
	default:
		return expression, nil
	}
}

func (r *resolver) resolveList(list []any) (any, error) {
	values := make([]any, 0, len(list))
	for _, element := range list {
		value, err := r.resolve(element)
		if err != nil {
			return nil, err
		}
		if value != (removed{}) {
			values = append(values, value)
		}
	}
	return values, nil
}

func (r *resolver) resolveObject(object map[string]any) (any, error) {
	for name, argument := range object {
		if name != "Ref" && name != "Condition" && !strings.HasPrefix(name, "Fn::") {
			continue
		}
		evaluate, known := r.intrinsics[name]
		switch {
		case len(object) == 1 && known:
			return evaluate(argument)
		case name != "Condition": // an IAM statement has a member of that name
			return nil, unresolved(object, "no such intrinsic function here")
		}
	}
	values := make(map[string]any, len(object))
	for _, name := range sorted(object) {
		value, err := r.resolve(object[name])
		if err != nil {
			return nil, err
		}
		if value != (removed{}) {
			values[name] = value
		}
	}
	return values, nil
}

// text resolves an expression that must be a scalar.
func (r *resolver) text(expression any) (string, error) {
	value, err := r.resolve(expression)
	if err != nil {
		return "", err
	}
	text, ok := scalarText(value)
	if !ok {
		return "", unresolved(expression, "a text was expected")
	}
	return text, nil
}

// list resolves an expression that must be a list.
func (r *resolver) list(expression any) ([]any, error) {
	value, err := r.resolve(expression)
	if err != nil {
		return nil, err
	}
	list, ok := value.([]any)
	if !ok {
		return nil, unresolved(expression, "a list was expected")
	}
	return list, nil
}

// texts resolves an expression that must be a list of scalars.
func (r *resolver) texts(expression any) ([]string, error) {
	list, err := r.list(expression)
	if err != nil {
		return nil, err
	}
	texts := make([]string, len(list))
	for i, element := range list {
		text, ok := scalarText(element)
		if !ok {
			return nil, unresolved(expression, "a list of texts was expected")
		}
		texts[i] = text
	}
	return texts, nil
}

// arguments returns the fixed number of arguments of a function, unresolved.
func arguments(function string, expression any, count int) ([]any, error) {
	list, ok := expression.([]any)
	if !ok || len(list) != count {
		return nil, unresolved(map[string]any{function: expression}, "%d arguments were expected", count)
	}
	return list, nil
}

// scalarText formats a scalar as CloudFormation does.
func scalarText(value any) (string, bool) {
	switch v := value.(type) {
	case string:
		return v, true
	case json.Number:
		return v.String(), true
	case bool:
		return strconv.FormatBool(v), true
	default:
		return "", false
	}
}
