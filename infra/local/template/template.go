// Package template reads a synthesized CloudFormation template, so that what runs on a laptop is
// what would be deployed: the same routes, authorizers, scopes, CORS rules, functions, environment
// and tables, from the same file.
//
// [Load] resolves parameters, pseudo parameters, conditions and intrinsic functions, and yields a
// [Stack] of plain values. It knows the attributes of the resource types that a serverless API is
// made of; physical names win over logical ids, and where AWS would invent a name the logical id
// stands for it.
//
// # It fails closed
//
// Whatever it cannot resolve, and whatever the local gateway could not serve as AWS does, is an
// error that names the resource, the property and the expression. Every complaint is reported at
// once. So a property of an API, route, stage, integration, authorizer, function or table that is
// not known here stops the start: a setting that AWS would obey is never silently dropped.
// Types that change nothing about an answer (roles, alarms, buckets, log groups) are not looked at
// unless something refers to them.
//
// # What is refused
//
// HTTP_PROXY and service integrations, payload format 1.0, REQUEST (Lambda) authorizers, parameter
// mapping, custom domains, WebSocket and REST APIs, imported OpenAPI bodies, function URLs, event
// source mappings, layers, container images, nested stacks, macros other than the language
// extensions, and a browser rule that Fetch forbids (credentials with any origin).
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
	// Region is where the stack pretends to be. By default, us-east-1.
	Region string
	// Account is the account number it pretends to be in. By default, 123456789012.
	Account string
	// StackName is what AWS::StackName gives. By default, SecuredPets.
	StackName string
	// Exports are values for Fn::ImportValue, by export name. By default, none.
	Exports map[string]string
	// StackOutputs are values for Fn::GetStackOutput, by stack and output name. By default, none.
	StackOutputs map[string]map[string]string
}

// Kinds of complaint. Each error inside what [Load] returns is a [*Problem] that unwraps to one.
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

// A Problem is one complaint about a template.
type Problem struct {
	// Where is the logical id, followed by the property's path: "PetInfo Environment.TABLE_NAME".
	Where string
	// Kind is one of the Err values.
	Kind error
	// Detail says what is wrong, for a person.
	Detail string
}

func (p *Problem) Error() string {
	return fmt.Sprintf("%s: %v: %s", p.Where, p.Kind, p.Detail)
}

// Unwrap gives the kind.
func (p *Problem) Unwrap() error { return p.Kind }

// Load reads a template. The error joins one [*Problem] for everything that is wrong with it.
func Load(from io.Reader, with Settings) (*Stack, error) {
	doc, err := decode(from)
	if err != nil {
		return nil, err
	}
	r := newResolver(doc, with)
	b := &builder{resolver: r, stack: Stack{Name: r.env.name, Region: r.env.region, Account: r.env.account}}
	b.problems = append(b.problems, r.parameterProblems...)
	b.refuse()
	b.readFunctions()
	b.readAPIs()
	b.readTables()
	b.readOutputs()
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
