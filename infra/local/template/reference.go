package template

import (
	"fmt"
	"strings"
)

// ref is Ref: of a pseudo parameter, a parameter or a resource.
func (r *resolver) ref(argument any) (any, error) {
	expression := map[string]any{"Ref": argument}
	name, ok := argument.(string)
	if !ok {
		return nil, unresolved(expression, "a name was expected")
	}
	if strings.HasPrefix(name, "AWS::") {
		return r.pseudo(expression, name)
	}
	if _, isParameter := r.doc.Parameters[name]; isParameter {
		return r.parameter(expression, name)
	}
	return r.reference(expression, name, "Ref")
}

func (r *resolver) pseudo(expression any, name string) (any, error) {
	switch name {
	case "AWS::AccountId":
		return r.env.account, nil
	case "AWS::NoValue":
		return removed{}, nil
	case "AWS::NotificationARNs":
		return []any{}, nil
	case "AWS::Partition":
		return r.env.partition, nil
	case "AWS::Region":
		return r.env.region, nil
	case "AWS::StackId":
		return r.arn("cloudformation", "stack/"+r.env.name+"/00000000-0000-0000-0000-000000000000"), nil
	case "AWS::StackName":
		return r.env.name, nil
	case "AWS::URLSuffix":
		return r.env.suffix, nil
	default:
		return nil, unresolved(expression, "there is no such pseudo parameter")
	}
}

func (r *resolver) parameter(expression any, name string) (any, error) {
	value, known := r.parameters[name]
	if !known { // reported with the parameters
		return nil, unresolved(expression, "the parameter has no usable value")
	}
	stored, isStored := value.(storedValue)
	if !isStored {
		return value, nil
	}
	if !stored.set {
		return nil, unresolved(expression, "its value is in the parameter store: give the parameter a value")
	}
	return stored.value, nil
}

// getAtt is Fn::GetAtt, as a list or as "Resource.Attribute".
func (r *resolver) getAtt(argument any) (any, error) {
	expression := map[string]any{"Fn::GetAtt": argument}
	if dotted, ok := argument.(string); ok {
		id, attribute, _ := strings.Cut(dotted, ".")
		return r.reference(expression, id, attribute)
	}
	args, err := arguments("Fn::GetAtt", argument, 2)
	if err != nil {
		return nil, err
	}
	id, ok := args[0].(string)
	if !ok {
		return nil, unresolved(expression, "the first argument must be a logical id")
	}
	attribute, err := r.text(args[1])
	if err != nil {
		return nil, err
	}
	return r.reference(expression, id, attribute)
}

// reference returns an attribute of a resource; "Ref" is the value of Ref.
func (r *resolver) reference(expression any, id, attribute string) (any, error) {
	target, found := r.doc.Resources[id]
	if !found {
		return nil, unresolved(expression, "there is no resource %q", id)
	}
	created, err := r.exists(target.Condition)
	if err != nil {
		return nil, err
	}
	if !created {
		return nil, unresolved(expression, "the condition of resource %q does not hold", id)
	}
	evaluate, known := r.attributes[target.Type][attribute]
	if !known {
		return nil, unresolved(expression, "%s of an %s is not known here", attribute, target.Type)
	}
	return r.once("attribute "+id+"."+attribute, expression, func() (any, error) {
		return evaluate(r, id, target)
	})
}

func (r *resolver) arn(service, path string) string {
	return fmt.Sprintf("arn:%s:%s:%s:%s:%s", r.env.partition, service, r.env.region, r.env.account, path)
}
