package template

import (
	"errors"
	"fmt"
)

// builder fills a stack and collects every problem.
type builder struct {
	resolver *resolver
	stack    Stack
	problems []error
	// permissions are patterns of SourceArn, by the ARN that may be invoked.
	permissions map[string][]string
}

func (b *builder) problem(where string, kind error, format string, args ...any) {
	b.problems = append(b.problems, &Problem{Where: where, Kind: kind, Detail: fmt.Sprintf(format, args...)})
}

// add adds the error of an expression at a place.
func (b *builder) add(where string, err error) {
	var p *Problem
	if errors.As(err, &p) {
		b.problems = append(b.problems, &Problem{Where: where, Kind: p.Kind, Detail: p.Detail})
		return
	}
	b.problem(where, ErrUnresolved, "%v", err)
}

// each calls read for every created resource of a type, in the order of logical ids.
func (b *builder) each(kind string, read func(id string, p *properties)) {
	for _, id := range sorted(b.resolver.doc.Resources) {
		of := b.resolver.doc.Resources[id]
		if of.Type != kind {
			continue
		}
		created, err := b.resolver.exists(of.Condition)
		if err != nil {
			b.add(id, err)
		}
		if created {
			read(id, &properties{b: b, where: id, values: of.Properties})
		}
	}
}

// reference returns the value of Ref or Fn::GetAtt for a resource that exists.
func (b *builder) reference(id, attribute string) string {
	text, err := b.resolver.text(map[string]any{"Fn::GetAtt": []any{id, attribute}})
	if err != nil {
		b.add(id, err)
	}
	return text
}
