package main

// An equivalent is a mutation that changes nothing a caller can observe, and the reason.
type equivalent struct {
	survivor
	reason string
}

// listed returns the mutations that no test can notice.
func listed() []equivalent {
	const (
		boundary = "CONDITIONALS_BOUNDARY"
		text     = "pkg/strictjson/text.go"
		decoder  = "pkg/jwtauth/internal/base64url/base64url.go"
	)
	return []equivalent{
		{
			survivor{text, boundary, "if rest := s.doc[s.pos:]; len(rest) «>=» 8 {"},
			"eight bytes at once, or one by one: only the time differs",
		},
		{
			survivor{"pkg/strictjson/number.go", boundary, "if err != nil || math.Abs(f) «>=» 1<<63 {"},
			"2^63 itself: amd64 converts it to a number below every range, other processors may not",
		},
		{
			survivor{decoder, boundary, "for len(src) «>=» 16 && len(dst)-n >= 14 { // 16 characters are 12 bytes, stored as 6 and 8"},
			"sixteen characters at once, or four by four: only the time differs",
		},
		{
			survivor{decoder, boundary, "for len(src) >= 16 && len(dst)-n «>=» 14 { // 16 characters are 12 bytes, stored as 6 and 8"},
			"as above",
		},
		{
			survivor{"pkg/jwtauth/internal/compact/compact.go", boundary, "if first «<» 1 || first > MaxHeader || last <= first || last == len(raw)-1 {"},
			"a header of one character is not base64url either: the same refusal, one step later",
		},
	}
}
