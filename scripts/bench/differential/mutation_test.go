package differential

import (
	"encoding/json"
	"strings"
)

// member is a member of a JSON object as it is written, so that a document may have a name twice.
type member struct {
	name  string // a JSON string
	value string // any JSON value
}

// document is a JSON object whose members can be edited one by one.
type document []member

// parse splits an object that encoding/json accepts.
func parse(text string) (document, bool) {
	dec := json.NewDecoder(strings.NewReader(text))
	if start, err := dec.Token(); err != nil || start != json.Delim('{') {
		return nil, false
	}
	var d document
	for dec.More() {
		name, err := dec.Token()
		if err != nil {
			return nil, false
		}
		var value json.RawMessage
		if err := dec.Decode(&value); err != nil {
			return nil, false
		}
		text, _ := name.(string)
		d = append(d, member{quote(text), string(value)})
	}
	_, err := dec.Token()
	return d, err == nil
}

func quote(text string) string {
	quoted, err := json.Marshal(text)
	if err != nil {
		panic(err) // a string always has a JSON form
	}
	return string(quoted)
}

func (d document) String() string {
	var text strings.Builder
	for n, m := range d {
		if n > 0 {
			text.WriteByte(',')
		}
		text.WriteString(m.name + ":" + m.value)
	}
	return "{" + text.String() + "}"
}

// names are what a mutation may call a member: those that the libraries read, in other spellings
// too, and those that they must not.
var names = []string{
	`"alg"`, `"kid"`, `"typ"`, `"cty"`, `"crit"`, `"b64"`, `"zip"`, `"enc"`, `"jwk"`, `"jku"`, `"x5u"`, `"x5c"`, `"x5t"`, `"x5t#S256"`, `"p2c"`,
	`"iss"`, `"sub"`, `"aud"`, `"exp"`, `"nbf"`, `"iat"`, `"jti"`, `"scope"`, `"scp"`, `"azp"`, `"client_id"`, `"permissions"`, `"cnf"`, `"act"`,
	`"EXP"`, `"Iss"`, `"\u0065xp"`, `"ſub"`, `"ISS"`, `"AUD"`, `"token_use"`, `"nonce"`, `"a"`, `""`, `"é"`, `"\ud83d\ude00"`,
}

// values are the ends of what libraries accept.
var values = []string{
	`null`, `true`, `false`, `""`, `"a"`, `"\u0061"`, `[]`, `{}`, `[null]`, `["a"]`, `[""]`, `{"a":1}`, `[[1]]`,
	`0`, `-0`, `1`, `-1`, `1.5`, `1e3`, `1E+3`, `1800000000`, `1800000001`, `1799999999`, `1800000000.5`, `1800000000.999999999`, `1800000001.5`,
	`1.8000036e9`, `18000036e2`, `1800003600.0`, `2147483648`, `4294967296`, `9007199254740993`, `253402300799`, `253402300800`,
	`9223372036854775807`, `9223372036854775808`, `1e18`, `1e300`, `1e-300`, `123456789012.123456789012`,
	`"1800003600"`, `"JWT"`, `"at+jwt"`, `"application/at+jwt"`, `"application/jwt"`, `"jwt"`, `"RS256"`, `"ES256"`, `"none"`, `"k1"`, `"e1"`,
	`"https://api.example"`, `["https://api.example"]`, `["https://api.example","https://api.example"]`, `["b","https://api.example"]`,
	`["https://api.example",""]`, `"https://api.example/"`, `"a b"`, `"a  b"`, `"\u0000"`, `"\ud83d\ude00"`, `"é"`, `"e\u0301"`, `"\/"`, `"\u2028"`,
}

// edits is the number of kinds of edits.
const edits = 8

// mutate applies edits of three bytes each: what to do, where, and with what.
func (d document) mutate(program []byte) document {
	for ; len(program) >= 3; program = program[3:] {
		what, where, with := program[0], int(program[1]), int(program[2])
		if len(d) == 0 {
			what = 0
		} else {
			where %= len(d)
		}
		switch what % edits {
		case 0:
			d = append(d, member{names[int(program[1])%len(names)], values[with%len(values)]})
		case 1:
			d[where].value = values[with%len(values)]
		case 2:
			d[where].name = names[with%len(names)]
		case 3:
			d = append(d[:where:where], d[where+1:]...)
		case 4: // the name twice
			d = append(d, member{d[where].name, values[with%len(values)]})
		case 5:
			d[where].name = escape(d[where].name, with)
		case 6: // white space
			d[where].value = strings.Repeat([]string{" ", "\t", "\n", "\r"}[with%4], 1+with%3) + d[where].value
		case 7:
			d[where].value = `[` + d[where].value + `]`
		}
	}
	return d
}

// escape spells one character of a JSON string as an escape, if that is possible.
func escape(name string, at int) string {
	if len(name) < 3 || strings.ContainsAny(name, `\`) {
		return name
	}
	at = 1 + at%(len(name)-2)
	if name[at] >= 0x80 {
		return name
	}
	const digits = "0123456789abcdef"
	return name[:at] + `\u00` + string(digits[name[at]>>4]) + string(digits[name[at]&15]) + name[at+1:]
}
