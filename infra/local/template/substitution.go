package template

import "strings"

// sub is Fn::Sub: ${Name} is a Ref, ${Resource.Attribute} an Fn::GetAtt, ${!Text} the literal
// ${Text}. Names of the optional map come first.
func (r *resolver) sub(argument any) (any, error) {
	expression := map[string]any{"Fn::Sub": argument}
	pattern, variables, ok := subArguments(argument)
	if !ok {
		return nil, unresolved(expression, "a text, or a text and a map, was expected")
	}
	var text strings.Builder
	for {
		before, after, found := strings.Cut(pattern, "${")
		text.WriteString(before)
		if !found {
			return text.String(), nil
		}
		name, rest, closed := strings.Cut(after, "}")
		if !closed {
			return nil, unresolved(expression, "${ is never closed")
		}
		value, err := r.substitute(expression, name, variables)
		if err != nil {
			return nil, err
		}
		text.WriteString(value)
		pattern = rest
	}
}

func subArguments(argument any) (pattern string, variables map[string]any, ok bool) {
	if pattern, ok = argument.(string); ok {
		return pattern, nil, true
	}
	list, isList := argument.([]any)
	if !isList || len(list) != 2 {
		return "", nil, false
	}
	pattern, isText := list[0].(string)
	variables, isMap := list[1].(map[string]any)
	return pattern, variables, isText && isMap
}

func (r *resolver) substitute(expression any, name string, variables map[string]any) (string, error) {
	if literal, isLiteral := strings.CutPrefix(name, "!"); isLiteral {
		return "${" + literal + "}", nil
	}
	if variable, given := variables[name]; given {
		return r.text(variable)
	}
	if strings.ContainsAny(name, " \t\r\n") || name == "" {
		return "", unresolved(expression, "${%s} is not a name", name)
	}
	if strings.Contains(name, ".") {
		return r.text(map[string]any{"Fn::GetAtt": name})
	}
	return r.text(map[string]any{"Ref": name})
}
