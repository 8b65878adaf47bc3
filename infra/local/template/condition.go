package template

import "reflect"

// exists reports whether a resource is created: its condition holds, or it has none.
func (r *resolver) exists(condition string) (bool, error) {
	if condition == "" {
		return true, nil
	}
	return r.truth(map[string]any{"Condition": condition})
}

func (r *resolver) truth(expression any) (bool, error) {
	value, err := r.resolve(expression)
	if err != nil {
		return false, err
	}
	holds, ok := value.(bool)
	if !ok {
		return false, unresolved(expression, "a condition was expected")
	}
	return holds, nil
}

func (r *resolver) namedCondition(argument any) (any, error) {
	expression := map[string]any{"Condition": argument}
	name, ok := argument.(string)
	if !ok {
		return nil, unresolved(expression, "the name of a condition was expected")
	}
	if holds, done := r.conditions[name]; done {
		return holds, nil
	}
	definition, found := r.doc.Conditions[name]
	if !found {
		return nil, unresolved(expression, "there is no such condition")
	}
	return r.once("condition "+name, expression, func() (any, error) {
		holds, err := r.truth(definition)
		if err == nil {
			r.conditions[name] = holds
		}
		return holds, err
	})
}

// choose is Fn::If. The branch that is not taken is not resolved.
func (r *resolver) choose(argument any) (any, error) {
	args, err := arguments("Fn::If", argument, 3)
	if err != nil {
		return nil, err
	}
	holds, err := r.namedCondition(args[0])
	if err != nil {
		return nil, err
	}
	if holds == true {
		return r.resolve(args[1])
	}
	return r.resolve(args[2])
}

func (r *resolver) equals(argument any) (any, error) {
	args, err := arguments("Fn::Equals", argument, 2)
	if err != nil {
		return nil, err
	}
	left, err := r.resolve(args[0])
	if err != nil {
		return nil, err
	}
	right, err := r.resolve(args[1])
	if err != nil {
		return nil, err
	}
	leftText, leftIsText := scalarText(left)
	rightText, rightIsText := scalarText(right)
	if leftIsText && rightIsText {
		return leftText == rightText, nil
	}
	return reflect.DeepEqual(left, right), nil
}

func (r *resolver) and(argument any) (any, error) { return r.fold("Fn::And", argument, false) }

func (r *resolver) or(argument any) (any, error) { return r.fold("Fn::Or", argument, true) }

// fold evaluates conditions until one decides.
func (r *resolver) fold(function string, argument any, decisive bool) (any, error) {
	list, ok := argument.([]any)
	const least, most = 2, 10
	if !ok || len(list) < least || len(list) > most {
		return nil, unresolved(map[string]any{function: argument}, "2 to 10 conditions were expected")
	}
	for _, condition := range list {
		holds, err := r.truth(condition)
		if err != nil {
			return nil, err
		}
		if holds == decisive {
			return decisive, nil
		}
	}
	return !decisive, nil
}

func (r *resolver) not(argument any) (any, error) {
	args, err := arguments("Fn::Not", argument, 1)
	if err != nil {
		return nil, err
	}
	holds, err := r.truth(args[0])
	return !holds, err
}
