package jwtauth

import (
	"slices"

	"example.com/securedpets/pkg/strictjson"
)

// The methods of a cnf claim for which [Config].Confirmations can promise a check.
const (
	ConfirmationDPoP = "jkt"      // RFC 9449 section 6.1; package dpop checks the proof
	ConfirmationMTLS = "x5t#S256" // RFC 8705 section 3.1; package mtls checks the certificate
)

var confirmationMethods = []string{ConfirmationDPoP, ConfirmationMTLS}

// thumbprintSize is the length of a SHA-256 digest in base64url.
const thumbprintSize = 43

var (
	errBound      = &rule{InvalidClaims, "cnf binds the token to a key, and no proof of that key is checked"}
	errThumbprint = &rule{InvalidClaims, "cnf has no usable thumbprint"}
)

// Confirmation names the keys that the client of a token must prove to have (RFC 7800). The caller
// of [Verifier.Verify] must check each thumbprint that is not empty, or refuse the token: the
// signature does not say that the sender is the client.
type Confirmation struct {
	KeyThumbprint         string // jkt: of the key that signs DPoP proofs
	CertificateThumbprint string // x5t#S256: of the client certificate
}

// IsZero reports whether the token is not bound: a bearer token.
func (c Confirmation) IsZero() bool { return c == Confirmation{} }

// Presentation is a verified token with the request that carries it: what a DPoP proof covers.
type Presentation struct {
	Token  *Token
	Raw    string   // the token, as it was sent
	Proofs []string // the values of the DPoP header
	Method string
	Path   string // of the request target, as it was sent: escaped, without the query
}

// confirmation reads cnf. Each of its members must be a method that the caller promised to check;
// ignoring one would ignore a condition that the issuer set.
func (b *builder) confirmation(checked []string) error {
	cnf := b.claims.cnf
	if cnf.Kind != strictjson.Object {
		return errBound
	}
	var room [2]strictjson.Member
	members, err := strictjson.Scan(b.doc[cnf.Start:cnf.End], room[:0])
	if err != nil || len(members) == 0 {
		return errBound
	}
	text := b.text[cnf.Start:cnf.End]
	for _, m := range members {
		name := strictjson.Text(text, m.Name)
		if !slices.Contains(checked, name) {
			return errBound
		}
		if m.Value.Kind != strictjson.String || m.Value.End-m.Value.Start != thumbprintSize {
			return errThumbprint
		}
		*b.token.Confirmation.slot(name) = strictjson.Text(text, m.Value)
	}
	return nil
}

// slot returns where the thumbprint of a known method goes.
func (c *Confirmation) slot(method string) *string {
	if method == ConfirmationDPoP {
		return &c.KeyThumbprint
	}
	return &c.CertificateThumbprint
}
