package dpop

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"encoding/binary"
	"slices"
	"time"
)

// nonces are stateless: a nonce is the number of the period in which it was made, with a code that
// only a server with the key can make. The nonce of a later period is not known before, so a proof
// cannot be made in advance.
type nonces struct {
	keys   [][]byte
	period int64 // seconds
}

const (
	periodSize = 8
	codeSize   = 16
)

// nonceLen is the length of a nonce: base64url without padding, as the size is a multiple of 3.
const nonceLen = (periodSize + codeSize) / 3 * 4

// newNonces returns nil without keys.
func newNonces(keys [][]byte, lifetime time.Duration) *nonces {
	if len(keys) == 0 {
		return nil
	}
	n := &nonces{period: max(1, int64(lifetime/time.Second))}
	for _, key := range keys {
		n.keys = append(n.keys, slices.Clone(key))
	}
	return n
}

func (n *nonces) current(now time.Time) string { return n.sign(n.keys[0], now.Unix()/n.period) }

// accepts reports whether a key made the nonce in this period or a neighbor: in the one before,
// because it was made for use, in the next one, because another server's clock may be ahead.
func (n *nonces) accepts(nonce []byte, now time.Time) bool {
	if len(nonce) != nonceLen {
		return false
	}
	current := now.Unix() / n.period
	for _, period := range [...]int64{current, current - 1, current + 1} {
		for _, key := range n.keys {
			if hmac.Equal(nonce, []byte(n.sign(key, period))) {
				return true
			}
		}
	}
	return false
}

func (n *nonces) sign(key []byte, period int64) string {
	var room [periodSize + sha256.Size]byte
	binary.BigEndian.PutUint64(room[:], uint64(period))
	mac := hmac.New(sha256.New, key)
	mac.Write([]byte("dpop nonce"))
	mac.Write(room[:periodSize])
	signed := mac.Sum(room[:periodSize])
	return base64.RawURLEncoding.EncodeToString(signed[:periodSize+codeSize])
}
