// Package template reads a synthesized CloudFormation template, so that a laptop serves what would
// be deployed: the same routes, authorizers, scopes, CORS rules, functions, environment and tables.
//
// [Load] resolves parameters, pseudo parameters, conditions and intrinsic functions, and returns a
// [Stack] of plain values. It knows the attributes of the resource types of a serverless API.
// Physical names win over logical ids; where AWS would generate a name, the logical id replaces it.
//
// # It fails closed
//
// What cannot be resolved, or not be served as AWS does, is an error that names the resource, the
// property and the expression. All problems are reported at once. An unknown property of an API,
// route, stage, integration, authorizer, function or table stops the start: no setting that AWS
// would obey is silently dropped. Outputs, and types that do not change a response (roles, alarms,
// buckets, log groups), are not read unless something refers to them.
//
// # What is refused
//
// HTTP_PROXY and service integrations, payload format 1.0, REQUEST (Lambda) authorizers, parameter
// mapping, custom domains, WebSocket and REST APIs, imported OpenAPI bodies, function URLs, event
// source mappings, layers, container images, nested stacks, references to other stacks, macros
// other than the language extensions, and a CORS rule that Fetch forbids (credentials with any
// origin).
package template

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
)

// Limit is the largest template CloudFormation takes (1 MB), with room for white space.
const Limit = 4 << 20

// Settings are the values a deployment would supply.
type Settings struct {
	// Parameters override the defaults of the template's parameters, as `deploy --parameters`
	// does; lists are separated by commas. An unknown name is an error. By default, none.
	Parameters map[string]string
	// Region is the region of the stack. By default, us-east-1.
	Region string
}

// Kinds of problem. Each error inside what [Load] returns is a [*Problem] that unwraps to one.
var (
	// ErrSyntax means the file is not a CloudFormation template in JSON.
	ErrSyntax = errors.New("not a template")
	// ErrParameter means a parameter is unknown, missing or not allowed.
	ErrParameter = errors.New("bad parameter")
	// ErrUnresolved means an expression has no value here.
	ErrUnresolved = errors.New("cannot be resolved")
	// ErrNotServed means the template asks for something that is not served locally.
	ErrNotServed = errors.New("is not served locally")
	// ErrInvalid means AWS would refuse the value.
	ErrInvalid = errors.New("is not valid")
)

// A Problem is one fault of a template.
type Problem struct {
	// Where is the logical id, followed by the property's path: "PetInfo Environment.TABLE_NAME".
	Where string
	// Kind is one of the Err values.
	Kind error
	// Detail is the fault, in plain text.
	Detail string
}

func (p *Problem) Error() string {
	return fmt.Sprintf("%s: %v: %s", p.Where, p.Kind, p.Detail)
}

// Unwrap returns the kind.
func (p *Problem) Unwrap() error { return p.Kind }

// Load reads a template. The error joins one [*Problem] for everything that is wrong with it.
func Load(from io.Reader, with Settings) (*Stack, error) {
	doc, err := decode(from)
	if err != nil {
		return nil, err
	}
	r := newResolver(doc, with)
	b := &builder{resolver: r, stack: Stack{Region: r.env.region}}
	b.problems = append(b.problems, r.parameterProblems...)
	b.refuse()
	b.readFunctions()
	b.readAPIs()
	b.readTables()
	if len(b.problems) > 0 {
		return nil, errors.Join(b.problems...)
	}
	return &b.stack, nil
}

func decode(from io.Reader) (*document, error) {
	raw, err := io.ReadAll(io.LimitReader(from, Limit+1))
	if err != nil {
		return nil, fmt.Errorf("template: %w", err)
	}
	if len(raw) > Limit {
		return nil, &Problem{Where: "template", Kind: ErrSyntax, Detail: "it is larger than CloudFormation takes"}
	}
	doc, err := parse(raw)
	if err != nil {
		return nil, &Problem{Where: "template", Kind: ErrSyntax, Detail: err.Error()}
	}
	return doc, nil
}

// compact shows an expression in an error.
func compact(expression any) string {
	text, err := json.Marshal(expression)
	if err != nil {
		return fmt.Sprint(expression)
	}
	const most = 200
	if len(text) > most {
		return string(text[:most]) + "…"
	}
	return string(text)
}
