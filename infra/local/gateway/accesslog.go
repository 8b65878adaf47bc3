package gateway

import (
	"encoding/json"
	"errors"
	"fmt"
	"regexp"
	"strings"
)

// ErrLogFormat means that an access log format has an unknown variable.
var ErrLogFormat = errors.New("AccessLogSettings.Format")

// logFormat is a compiled AccessLogSettings.Format.
type logFormat struct{ parts []logPart }

// logPart is a text followed by the value of a variable, if any.
type logPart struct {
	text  string
	value valueOf
}

var logVariable = regexp.MustCompile(`\$context((?:\.[A-Za-z0-9_]+)+)`)

// claimVariable is the prefix of the variables for claims.
const claimVariable = "authorizer.claims."

func parseLogFormat(format string) (*logFormat, error) {
	f := &logFormat{}
	variables := logVariables()
	var problems []error
	end := 0
	for _, at := range logVariable.FindAllStringSubmatchIndex(format, -1) {
		name := format[at[2]+1 : at[3]]
		value, known := variables[name]
		if claim, isClaim := strings.CutPrefix(name, claimVariable); isClaim {
			value, known = claimValue(claim), true
		}
		if !known {
			problems = append(problems, fmt.Errorf("%w: unknown variable $context.%s", ErrLogFormat, name))
		}
		f.parts = append(f.parts, logPart{format[end:at[0]], value})
		end = at[1]
	}
	f.parts = append(f.parts, logPart{text: format[end:]})
	return f, errors.Join(problems...)
}

// render returns the line. Values are escaped as in JSON, which prevents log
// injection.
func (f *logFormat) render(x *exchange) string {
	var line strings.Builder
	for _, part := range f.parts {
		line.WriteString(part.text)
		if part.value == nil {
			continue
		}
		value := part.value(x)
		if value == "" {
			value = "-"
		}
		quoted, _ := json.Marshal(value) // a string always marshals
		line.Write(quoted[1 : len(quoted)-1])
	}
	return strings.ReplaceAll(line.String(), "\n", " ")
}
