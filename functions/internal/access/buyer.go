package access

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"unicode"
	"unicode/utf8"

	"example.com/securedpets/functions/internal/pets"
	"example.com/securedpets/pkg/authorizer"
	"example.com/securedpets/pkg/jwtauth"
)

// Buyers tells who buys.
type Buyers struct {
	IDTokens    authorizer.TokenVerifier
	EmailClaims []string // of access tokens, the first one present counts
}

// claims are what is read of a token besides what [jwtauth.Token] offers.
type claims map[string]any

// From returns the buyer of the verified access token: its subject, and the
// e-mail of its own claim or, where the caller sent one, of the ID token of the
// same subject. The ID token may come with or without "Bearer".
func (b *Buyers) From(ctx context.Context, token *jwtauth.Token, idToken *string) (pets.Buyer, error) {
	var c claims
	if err := token.Claims(&c); err != nil {
		return pets.Buyer{}, fmt.Errorf("%w: %w", pets.ErrNoBuyer, err)
	}
	if gty, _ := c["gty"].(string); gty == "client-credentials" || gty == "client_credentials" {
		return pets.Buyer{}, pets.ErrMachine
	}
	email, err := b.email(ctx, c, token.Subject, idToken)
	if err != nil {
		return pets.Buyer{}, err
	}
	return pets.Buyer{Subject: token.Subject, Email: email}, nil
}

func (b *Buyers) email(ctx context.Context, access claims, subject string, idToken *string) (string, error) {
	if idToken != nil {
		return b.emailOfIDToken(ctx, subject, *idToken)
	}
	for _, name := range b.EmailClaims {
		if value, present := access[name]; present {
			if verified, said := access["email_verified"]; said && verified != true {
				return "", fmt.Errorf("%w: the e-mail is not verified", pets.ErrNoBuyer)
			}
			return usable(value)
		}
	}
	return "", fmt.Errorf("%w: no e-mail claim", pets.ErrNoBuyer)
}

// emailOfIDToken trusts nothing that is not verified: anyone may register an
// address that is not his, and anyone may hold somebody else's ID token.
func (b *Buyers) emailOfIDToken(ctx context.Context, subject, idToken string) (string, error) {
	token, err := b.verify(ctx, idToken)
	if errors.Is(err, jwtauth.ErrKeysUnavailable) {
		return "", fmt.Errorf("%w: %w", pets.ErrUndecided, err)
	}
	if err != nil {
		return "", fmt.Errorf("%w: %w", pets.ErrNoBuyer, err)
	}
	if token.Subject != subject {
		return "", fmt.Errorf("%w: the ID token is somebody else's", pets.ErrNoBuyer)
	}
	var c claims
	if err := token.Claims(&c); err != nil {
		return "", fmt.Errorf("%w: %w", pets.ErrNoBuyer, err)
	}
	if c["email_verified"] != true {
		return "", fmt.Errorf("%w: the e-mail is not verified", pets.ErrNoBuyer)
	}
	return usable(c["email"])
}

func (b *Buyers) verify(ctx context.Context, text string) (*jwtauth.Token, error) {
	if strings.Contains(text, " ") {
		var err error
		if text, err = jwtauth.ParseBearer(text); err != nil {
			return nil, err
		}
	}
	if text == "" {
		return nil, jwtauth.MissingToken
	}
	return b.IDTokens.Verify(ctx, text)
}

// maxEmail is the longest address (RFC 5321, section 4.5.3.1.3, less the brackets).
const maxEmail = 254

// usable accepts what can be an address and cannot break a line that shows it.
func usable(value any) (string, error) {
	email, _ := value.(string)
	at := strings.LastIndexByte(email, '@')
	bad := strings.ContainsFunc(email, func(r rune) bool {
		return unicode.IsControl(r) || unicode.IsSpace(r) || unicode.Is(unicode.Bidi_Control, r) || r == utf8.RuneError
	})
	if at < 1 || at == len(email)-1 || len(email) > maxEmail || bad {
		return "", fmt.Errorf("%w: the e-mail is not usable", pets.ErrNoBuyer)
	}
	return email, nil
}
