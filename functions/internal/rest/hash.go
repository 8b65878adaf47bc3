package rest

import (
	"crypto/sha256"
	"strconv"
)

// Hash returns the SHA-256 of the parts, each after its length: ("ab", "c") and
// ("a", "bc") differ.
func Hash(parts ...string) [sha256.Size]byte {
	var all []byte
	for _, p := range parts {
		all = append(strconv.AppendInt(all, int64(len(p)), 10), ':')
		all = append(all, p...)
	}
	return sha256.Sum256(all)
}
