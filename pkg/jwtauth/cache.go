package jwtauth

import (
	"context"
	"strings"
	"sync"
	"time"
)

const maxCached = 60 * time.Second

// cache remembers verified tokens. They are found by the end of their signature and then compared
// in full, so a hit is the very token that was verified, to the last bit. A nil cache remembers
// nothing.
type cache struct {
	mu     sync.RWMutex
	tokens map[string]*cached // by tail
	order  []string           // a ring of the tails, the oldest at next
	next   int
}

// cached is a token that was good at a moment, and is until its own end for as long as its kid
// still names this key.
type cached struct {
	raw   string
	token *Token
	key   *Key
	at    moment
	until int64 // by the wall clock
}

func newCache(size int) *cache {
	if size == 0 {
		return nil
	}
	return &cache{tokens: make(map[string]*cached, size), order: make([]string, size)}
}

// tail is enough to tell two good tokens apart, and hashed faster than all of a token.
func tail(raw string) string { return raw[max(0, len(raw)-32):] }

// get returns the remembered token. It asks the key set each time: so a withdrawn key counts at
// once, and an old key set is refreshed although nothing is verified.
func (c *cache) get(ctx context.Context, v *Verifier, raw string) *Token {
	if c == nil {
		return nil
	}
	c.mu.RLock()
	hit, ok := c.tokens[tail(raw)]
	c.mu.RUnlock()
	if !ok || hit.raw != raw {
		return nil
	}
	if now := v.clock(); !hit.isGood(now) {
		return nil
	}
	if key, err := v.keys.Key(ctx, hit.key.key.ID); err != nil || key != hit.key {
		return nil
	}
	return hit.token
}

// isGood compares the token's end with the wall clock, which moves on while the process is frozen.
// A wall clock that was set back may be before nbf: then the token is verified again.
func (c *cached) isGood(now moment) bool {
	return now.wall >= c.at.wall && now.within(maxCached, c.at) && now.wall < c.until
}

func (c *cache) put(v *Verifier, raw string, t *Token, key *Key) {
	if c == nil {
		return
	}
	now := v.clock()
	raw = strings.Clone(raw) // it may be a small part of a large request
	until := t.Expiry.Add(v.leeway)
	if v.maxAge > 0 {
		until = earlier(until, t.IssuedAt.Add(v.maxAge+v.leeway))
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	if _, known := c.tokens[tail(raw)]; !known {
		delete(c.tokens, c.order[c.next])
		c.order[c.next] = tail(raw)
		c.next = (c.next + 1) % len(c.order)
	}
	c.tokens[tail(raw)] = &cached{raw, t, key, now, wallClock(until)}
}

func earlier(a, b time.Time) time.Time {
	if a.Before(b) {
		return a
	}
	return b
}
