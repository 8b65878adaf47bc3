package template_test

import (
	"encoding/json"
	"errors"
	"strings"
	"testing"

	"example.com/securedpets/infra/local/template"
)

// Loading ends for every expression: with a problem that names the place, or with plain text.
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
		text := strings.Replace(base, `"Variables": {}`, `"Variables": {"X": `+expression+`}`, 1)
		stack, err := template.Load(strings.NewReader(text), settings())
		if err == nil {
			if stack.Functions[0].LogicalID != stack.APIs[0].Routes[0].Integration.Function {
				t.Error("the route has no function")
			}
			return
		}
		var problem *template.Problem
		if stack != nil || !errors.As(err, &problem) || !strings.HasPrefix(problem.Where, "Fn Environment.Variables.X") {
			t.Errorf("stack %v, error %v", stack, err)
		}
	})
}
