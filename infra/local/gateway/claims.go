package gateway

import (
	"encoding/json"
	"strings"

	"example.com/securedpets/pkg/jwtauth"
)

// claimTexts returns the claims as an event shows them: strings unchanged,
// lists as "[admin user]", everything else as JSON, without null claims.
func claimTexts(token *jwtauth.Token) (map[string]string, error) {
	var claims map[string]json.RawMessage
	if err := token.Claims(&claims); err != nil {
		return nil, err
	}
	texts := make(map[string]string, len(claims))
	for name, value := range claims {
		if text, present := claimText(value); present {
			texts[name] = text
		}
	}
	return texts, nil
}

func claimText(value json.RawMessage) (text string, present bool) {
	if len(value) == 0 {
		return "", false
	}
	switch value[0] {
	case 'n':
		return "", false
	case '"':
		_ = json.Unmarshal(value, &text) // verified to be JSON with the token
		return text, true
	case '[':
		var list []json.RawMessage
		_ = json.Unmarshal(value, &list) // verified to be JSON with the token
		texts := make([]string, len(list))
		for at, element := range list {
			texts[at] = elementText(element)
		}
		return "[" + strings.Join(texts, " ") + "]", true
	default:
		return string(value), true
	}
}

// elementText is claimText inside a list, where null is "<nil>".
func elementText(value json.RawMessage) string {
	text, present := claimText(value)
	if !present {
		return "<nil>"
	}
	return text
}
