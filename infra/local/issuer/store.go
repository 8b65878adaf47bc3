package issuer

import (
	"context"
	"maps"
	"time"

	"github.com/luikyv/go-oidc/pkg/goidc"
)

// sweepInterval limits the memory of expired entries.
const sweepInterval = time.Minute

// store keeps the library's state in memory, so a restart ends all logins. The
// handler's lock guards it. It returns copies, because the library changes a
// grant before it decides to save it.
type store struct {
	now       func() time.Time
	absolute  time.Duration // lifetime of a refresh token family
	lastSweep time.Time

	grants    map[string]goidc.Grant
	byCode    map[string]string
	byRefresh map[string]string // used refresh tokens too, to detect reuse
	tokens    map[string]goidc.Token
	logins    map[string]goidc.AuthnSession
	logouts   map[string]goidc.LogoutSession
}

func newStore(now func() time.Time, absolute time.Duration) *store {
	return &store{
		now: now, absolute: absolute, lastSweep: now(),
		grants: map[string]goidc.Grant{}, byCode: map[string]string{}, byRefresh: map[string]string{},
		tokens: map[string]goidc.Token{}, logins: map[string]goidc.AuthnSession{}, logouts: map[string]goidc.LogoutSession{},
	}
}

func (s *store) SaveGrant(_ context.Context, g *goidc.Grant) error {
	s.sweep()
	s.grants[g.ID] = *g
	if g.AuthCode != "" {
		s.byCode[g.AuthCode] = g.ID
	}
	if g.RefreshToken != "" {
		s.byRefresh[g.RefreshToken] = g.ID
	}
	return nil
}

func (s *store) Grant(_ context.Context, id string) (*goidc.Grant, error) {
	g, ok := s.grants[id]
	if !ok || g.RevokedAt != 0 {
		return nil, goidc.ErrNotFound
	}
	return &g, nil
}

func (s *store) GrantByAuthCode(ctx context.Context, code string) (*goidc.Grant, error) {
	return s.Grant(ctx, s.byCode[code])
}

// GrantByRefreshToken refuses a used token and revokes its whole family,
// because one of the two uses may be an attacker's (RFC 9700, section 4.14.2).
func (s *store) GrantByRefreshToken(ctx context.Context, token string) (*goidc.Grant, error) {
	g, err := s.Grant(ctx, s.byRefresh[token])
	if err != nil {
		return nil, err
	}
	now := s.now()
	if g.RefreshToken != token {
		g.RevokedAt = int(now.Unix())
		s.grants[g.ID] = *g
		return nil, goidc.ErrNotFound
	}
	if now.After(time.Unix(int64(g.CreatedAt), 0).Add(s.absolute)) {
		return nil, goidc.ErrNotFound
	}
	return g, nil
}

func (s *store) SaveToken(_ context.Context, t *goidc.Token) error {
	if t.ID == "" {
		return errUnsigned
	}
	s.tokens[t.ID] = *t
	return nil
}

func (s *store) Token(_ context.Context, id string) (*goidc.Token, error) {
	t, ok := s.tokens[id]
	if !ok {
		return nil, goidc.ErrNotFound
	}
	return &t, nil
}

func (s *store) SaveSession(_ context.Context, as *goidc.AuthnSession) error {
	s.sweep()
	s.logins[as.ID] = *as
	return nil
}

// Session returns a pending login; a finished one gives no second code.
func (s *store) Session(_ context.Context, id string) (*goidc.AuthnSession, error) {
	as, ok := s.logins[id]
	if !ok || as.Status != goidc.StatusPending {
		return nil, goidc.ErrNotFound
	}
	return &as, nil
}

func (s *store) SaveLogoutSession(_ context.Context, ls *goidc.LogoutSession) error {
	s.logouts[ls.ID] = *ls
	return nil
}

func (s *store) LogoutSession(_ context.Context, id string) (*goidc.LogoutSession, error) {
	ls, ok := s.logouts[id]
	if !ok || ls.Status != goidc.StatusPending {
		return nil, goidc.ErrNotFound
	}
	return &ls, nil
}

func (s *store) sweep() {
	now := s.now()
	if now.Sub(s.lastSweep) < sweepInterval {
		return
	}
	s.lastSweep = now
	second := int(now.Unix())
	oldest := int(now.Add(-s.absolute).Unix())
	maps.DeleteFunc(s.tokens, func(_ string, t goidc.Token) bool { return t.ExpiresAt < second })
	maps.DeleteFunc(s.logins, func(_ string, as goidc.AuthnSession) bool { return as.ExpiresAt < second })
	maps.DeleteFunc(s.logouts, func(_ string, ls goidc.LogoutSession) bool { return ls.ExpiresAt < second })
	maps.DeleteFunc(s.grants, func(_ string, g goidc.Grant) bool { return g.CreatedAt < oldest })
	orphaned := func(_, id string) bool { _, ok := s.grants[id]; return !ok }
	maps.DeleteFunc(s.byCode, orphaned)
	maps.DeleteFunc(s.byRefresh, orphaned)
}
