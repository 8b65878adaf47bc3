package template_test

import (
	"encoding/json"
	"errors"
	"strings"
	"testing"

	"example.com/securedpets/infra/local/template"
)

// Whatever stands in a template, loading ends, and either the complaint names the place or everything has become
// plain text.
func FuzzExpression(f *testing.F) {
	for _, expression := range []string{
		`"text"`, `{"Ref":"Fn"}`, `{"Fn::Sub":"${Table.Arn}${!x}"}`, `{"Fn::Sub":["${A}",{"A":1}]}`, `{"Fn::If":["Circle",1,2]}`,
		`{"Fn::GetAtt":"LoopA.QueueName"}`, `{"Fn::Select":[0,[{"Ref":"AWS::NoValue"}]]}`, `{"Fn::Join":["",{"Fn::Split":[",","a,b"]}]}`,
		`{"Fn::FindInMap":["Sizes","dev","memory"]}`, `{"Fn::ToJsonString":{"a":[null,{"Ref":"Number"}]}}`,
	} {
		f.Add(expression)
	}
	f.Fuzz(func(t *testing.T, expression string) {
		if !json.Valid([]byte(expression)) {
			t.Skip("not JSON")
		}
		stack, err := template.Load(strings.NewReader(strings.Replace(base, `"Variables": {}`, `"Variables": {"X": `+expression+`}`, 1)), settings())
		if err == nil {
			if _, found := stack.Function(stack.APIs[0].Routes[0].Integration.Function); !found {
				t.Error("the route leads to no function")
			}
			return
		}
		var problem *template.Problem
		if stack != nil || !errors.As(err, &problem) || !strings.HasPrefix(problem.Where, "Fn Environment.Variables.X") {
			t.Errorf("stack %v, error %v", stack, err)
		}
	})
}
