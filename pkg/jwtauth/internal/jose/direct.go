package jose

import (
	"bytes"
	"crypto"
	"crypto/ecdsa"
	"crypto/rsa"
	"crypto/sha256"
	"crypto/sha512"
)

// maxDigest is the size of the longest digest, SHA-512's.
const maxDigest = sha512.Size

// digest appends the algorithm's digest of input to buf.
func digest(a Algorithm, buf, input []byte) []byte {
	switch a.hash() {
	case crypto.SHA256:
		sum := sha256.Sum256(input)
		return append(buf, sum[:]...)
	case crypto.SHA384:
		sum := sha512.Sum384(input)
		return append(buf, sum[:]...)
	default:
		sum := sha512.Sum512(input)
		return append(buf, sum[:]...)
	}
}

// verifyPSS does not use the library, which accepts a salt of any length: RFC 7518 section 3.5
// requires that of the hash.
func verifyPSS(a Algorithm, key crypto.PublicKey, input, signature []byte) error {
	pub, ok := key.(*rsa.PublicKey)
	if !ok {
		return errSignature
	}
	var buf [maxDigest]byte
	options := rsa.PSSOptions{SaltLength: rsa.PSSSaltLengthEqualsHash, Hash: a.hash()}
	if rsa.VerifyPSS(pub, a.hash(), digest(a, buf[:0], input), signature, &options) != nil {
		return errSignature
	}
	return nil
}

// verifyECDSA does not use the library, which for each token copies the key, checks again that it
// is on its curve, and makes big integers of the signature: eleven allocations, and twice the time
// that this package needs beside the cryptography.
func verifyECDSA(a Algorithm, key crypto.PublicKey, input, signature []byte) error {
	pub, ok := key.(*ecdsa.PublicKey)
	if !ok {
		return errSignature
	}
	size := (pub.Curve.Params().BitSize + 7) / 8
	if len(signature) != 2*size { // RFC 7518 section 3.4
		return errSignature
	}
	var buf [maxDigest]byte
	var der [maxDER]byte
	if !ecdsa.VerifyASN1(pub, digest(a, buf[:0], input), appendDER(der[:0], signature[:size], signature[size:])) {
		return errSignature
	}
	return nil
}

// The tags of DER (X.690 section 8).
const (
	tagInteger  = 0x02
	tagSequence = 0x30
	longLength  = 0x81 // one byte of length follows
)

// maxDER is the size of the longest one: two integers of 66 bytes, for P-521, each with a byte for
// its sign.
const maxDER = 3 + 2*(2+1+66)

// appendDER appends the Ecdsa-Sig-Value of RFC 3279 section 2.2.3. Its integers have one spelling,
// and so have r and s, which are of fixed length: two signatures never become one. The verifier
// checks that both are in range.
func appendDER(out, r, s []byte) []byte {
	r, s = bytes.TrimLeft(r, "\x00"), bytes.TrimLeft(s, "\x00")
	content := integerLen(r) + integerLen(s)
	out = append(out, tagSequence)
	if content >= 0x80 {
		out = append(out, longLength)
	}
	out = append(out, byte(content))
	return appendInteger(appendInteger(out, r), s)
}

// integerLen is the length of a positive integer with tag and length.
func integerLen(n []byte) int {
	if needsSign(n) {
		return 2 + 1 + len(n)
	}
	return 2 + len(n)
}

func appendInteger(out, n []byte) []byte {
	if !needsSign(n) {
		return append(append(out, tagInteger, byte(len(n))), n...)
	}
	return append(append(out, tagInteger, byte(len(n)+1), 0), n...)
}

// needsSign reports whether a zero byte must come first: for zero, which has no other byte, and
// where the first bit is set.
func needsSign(n []byte) bool { return len(n) == 0 || n[0] >= 0x80 }
