package template

import (
	"bytes"
	"encoding/base64"
	"encoding/json"
	"strconv"
	"strings"
)

type intrinsic = func(argument any) (any, error)

// knownIntrinsics returns the functions that have a value on a laptop. Fn::GetAZs, Fn::Cidr,
// Fn::Transform, Fn::ImportValue and Fn::GetStackOutput have none.
func (r *resolver) knownIntrinsics() map[string]intrinsic {
	return map[string]intrinsic{
		"Ref":              r.ref,
		"Condition":        r.namedCondition,
		"Fn::And":          r.and,
		"Fn::Base64":       r.base64,
		"Fn::Equals":       r.equals,
		"Fn::FindInMap":    r.findInMap,
		"Fn::GetAtt":       r.getAtt,
		"Fn::If":           r.choose,
		"Fn::Join":         r.join,
		"Fn::Length":       r.length,
		"Fn::Not":          r.not,
		"Fn::Or":           r.or,
		"Fn::Select":       r.selectOne,
		"Fn::Split":        r.split,
		"Fn::Sub":          r.sub,
		"Fn::ToJsonString": r.toJSONString,
	}
}

func (r *resolver) join(argument any) (any, error) {
	args, err := arguments("Fn::Join", argument, 2)
	if err != nil {
		return nil, err
	}
	separator, err := r.text(args[0])
	if err != nil {
		return nil, err
	}
	parts, err := r.texts(args[1])
	if err != nil {
		return nil, err
	}
	return strings.Join(parts, separator), nil
}

func (r *resolver) split(argument any) (any, error) {
	args, err := arguments("Fn::Split", argument, 2)
	if err != nil {
		return nil, err
	}
	separator, err := r.text(args[0])
	if err != nil {
		return nil, err
	}
	source, err := r.text(args[1])
	if err != nil {
		return nil, err
	}
	if separator == "" {
		return nil, unresolved(map[string]any{"Fn::Split": argument}, "the separator is empty")
	}
	parts := []any{}
	for part := range strings.SplitSeq(source, separator) {
		parts = append(parts, part)
	}
	return parts, nil
}

func (r *resolver) selectOne(argument any) (any, error) {
	args, err := arguments("Fn::Select", argument, 2)
	if err != nil {
		return nil, err
	}
	position, err := r.text(args[0])
	if err != nil {
		return nil, err
	}
	list, err := r.list(args[1])
	if err != nil {
		return nil, err
	}
	index, err := strconv.Atoi(position)
	if err != nil || index < 0 || index >= len(list) {
		return nil, unresolved(map[string]any{"Fn::Select": argument}, "there is no element %s", position)
	}
	return list[index], nil
}

func (r *resolver) findInMap(argument any) (any, error) {
	args, err := arguments("Fn::FindInMap", argument, 3)
	if err != nil {
		return nil, err
	}
	keys := make([]string, len(args))
	for i := range args {
		if keys[i], err = r.text(args[i]); err != nil {
			return nil, err
		}
	}
	value, found := r.doc.Mappings[keys[0]][keys[1]][keys[2]]
	if !found {
		return nil, unresolved(map[string]any{"Fn::FindInMap": argument}, "the mapping has no such entry")
	}
	return value, nil
}

func (r *resolver) base64(argument any) (any, error) {
	text, err := r.text(argument)
	return base64.StdEncoding.EncodeToString([]byte(text)), err
}

func (r *resolver) length(argument any) (any, error) {
	list, err := r.list(argument)
	return json.Number(strconv.Itoa(len(list))), err
}

func (r *resolver) toJSONString(argument any) (any, error) {
	value, err := r.resolve(argument)
	if err != nil {
		return nil, err
	}
	var text bytes.Buffer
	encoder := json.NewEncoder(&text)
	encoder.SetEscapeHTML(false)
	if err := encoder.Encode(value); err != nil {
		return nil, unresolved(map[string]any{"Fn::ToJsonString": argument}, "%v", err)
	}
	return strings.TrimSuffix(text.String(), "\n"), nil
}
