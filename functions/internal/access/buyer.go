package access

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"unicode"
	"unicode/utf8"

	"example.com/securedpets/functions/internal/pets"
	"example.com/securedpets/functions/internal/telemetry"
	"example.com/securedpets/pkg/authorizer"
	"example.com/securedpets/pkg/jwtauth"
)

// Buyers reads the buyer of a request.
type Buyers struct {
	IDTokens    authorizer.TokenVerifier
	EmailClaims []string // of access tokens; the first one present counts
	Telemetry   *telemetry.Telemetry
}

// claims are the claims of a token that [jwtauth.Token] has no field for.
type claims map[string]any

// From returns the buyer of the request: the subject of the verified access token, and the e-mail
// from its own claim or from an ID token of the same subject. A request that IAM authorized has no
// access token; its ID token gives both. An ID token may have the prefix "Bearer".
//
// Errors: [pets.ErrNoBuyer], [pets.ErrMachine] and [pets.ErrUndecided].
func (b *Buyers) From(ctx context.Context, idToken *string) (pets.Buyer, error) {
	buyer, err := b.from(ctx, idToken)
	if err != nil {
		b.Telemetry.Refused(ctx, jwtauth.Label(err))
	}
	return buyer, err
}

func (b *Buyers) from(ctx context.Context, idToken *string) (pets.Buyer, error) {
	token, signed := authorizer.IdentityFrom(ctx)
	if !signed {
		if idToken == nil {
			return pets.Buyer{}, noBuyer(jwtauth.MissingToken)
		}
		return b.fromIDToken(ctx, *idToken)
	}
	var c claims
	if err := token.Claims(&c); err != nil {
		return pets.Buyer{}, noBuyer(jwtauth.InvalidClaims)
	}
	if gty, _ := c["gty"].(string); gty == "client-credentials" || gty == "client_credentials" {
		return pets.Buyer{}, fmt.Errorf("%w: %w", pets.ErrMachine, jwtauth.Forbidden)
	}
	if idToken == nil {
		email, err := b.email(c)
		return pets.Buyer{Subject: token.Subject, Email: email}, err
	}
	buyer, err := b.fromIDToken(ctx, *idToken)
	if err == nil && buyer.Subject != token.Subject {
		return pets.Buyer{}, fmt.Errorf("%w: the ID token has another subject", noBuyer(jwtauth.InvalidClaims))
	}
	return buyer, err
}

// noBuyer wraps the reason in [pets.ErrNoBuyer].
func noBuyer(reason error) error { return fmt.Errorf("%w: %w", pets.ErrNoBuyer, reason) }

func (b *Buyers) email(access claims) (string, error) {
	for _, name := range b.EmailClaims {
		if value, present := access[name]; present {
			if verified, said := access["email_verified"]; said && verified != true {
				return "", fmt.Errorf("%w: the e-mail is not verified", noBuyer(jwtauth.InvalidClaims))
			}
			return usable(value)
		}
	}
	return "", fmt.Errorf("%w: no e-mail claim", noBuyer(jwtauth.InvalidClaims))
}

// fromIDToken requires a verified e-mail: anyone can register another person's address.
func (b *Buyers) fromIDToken(ctx context.Context, text string) (pets.Buyer, error) {
	token, err := b.verify(ctx, text)
	if errors.Is(err, jwtauth.ErrKeysUnavailable) {
		return pets.Buyer{}, fmt.Errorf("%w: %w", pets.ErrUndecided, err)
	}
	if err != nil {
		return pets.Buyer{}, noBuyer(err)
	}
	var c claims
	if err := token.Claims(&c); err != nil {
		return pets.Buyer{}, noBuyer(jwtauth.InvalidClaims)
	}
	if c["email_verified"] != true {
		return pets.Buyer{}, fmt.Errorf("%w: the e-mail is not verified", noBuyer(jwtauth.InvalidClaims))
	}
	email, err := usable(c["email"])
	return pets.Buyer{Subject: token.Subject, Email: email}, err
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

// maxEmail is the longest address (RFC 5321, section 4.5.3.1.3, without the brackets).
const maxEmail = 254

// usable returns the claim if it can be an address and cannot break a line that shows it.
func usable(value any) (string, error) {
	email, _ := value.(string)
	at := strings.LastIndexByte(email, '@')
	bad := strings.ContainsFunc(email, func(r rune) bool {
		return unicode.IsControl(r) || unicode.IsSpace(r) || unicode.Is(unicode.Bidi_Control, r) || r == utf8.RuneError
	})
	if at < 1 || at == len(email)-1 || len(email) > maxEmail || bad {
		return "", fmt.Errorf("%w: the e-mail is not usable", noBuyer(jwtauth.InvalidClaims))
	}
	return email, nil
}
