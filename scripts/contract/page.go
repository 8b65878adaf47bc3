package main

import (
	"bytes"
	"fmt"
	"net/http"
	"strings"

	"example.com/securedpets/functions/contract"
)

// constants returns the scopes, routes and types of the web page. The types are those of
// web/src/openapi.d.ts, which `make golden` generates from the OpenAPI document.
func constants() []byte {
	var b bytes.Buffer
	b.WriteString(`// Generated from functions/contract by "make golden". Do not edit.
import type { components } from './openapi'

type Schemas = components['schemas']

`)
	b.WriteString("export const scopes = [")
	for i, s := range contract.Scopes() {
		if i > 0 {
			b.WriteString(", ")
		}
		fmt.Fprintf(&b, "'%s'", s.Scope)
	}
	b.WriteString("] as const\n\nexport type Scope = (typeof scopes)[number]\n\n/** Routes by the name of the function that serves them. */\nexport const routes = {\n")
	for _, r := range contract.Routes() {
		if r.Method == http.MethodOptions {
			continue
		}
		fmt.Fprintf(&b, "  %s: { method: '%s', path: '%s'", lowerFirst(r.Function.ID), r.Method, r.Path)
		if !r.Public() {
			fmt.Fprintf(&b, ", scope: '%s'", r.Scopes[0])
		}
		b.WriteString(" },\n")
	}
	b.WriteString("} as const\n\n")
	for _, t := range []struct{ name, schema string }{
		{"Pet", "Pet"},
		{"UpdateRequest", "UpdateRequest"},
		{"PurchaseRequest", "PurchaseRequest"},
		{"Unicorn", "Unicorn"},
		{"ErrorBody", "Error"},
	} {
		fmt.Fprintf(&b, "export type %s = Schemas['%s']\n", t.name, t.schema)
	}
	return b.Bytes()
}

func lowerFirst(name string) string { return strings.ToLower(name[:1]) + name[1:] }
