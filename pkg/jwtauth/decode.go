package jwtauth

import (
	"encoding/json"
	"errors"
)

// Claims decodes the claims into v, a pointer to a struct or a map.
func (t *Token) Claims(v any) error {
	if t == nil || t.payload == "" {
		return errors.New("jwtauth: there are no claims")
	}
	return json.Unmarshal([]byte(t.payload), v)
}
