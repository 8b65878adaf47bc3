package strictjson

import "unicode/utf8"

// fault returns the reason why data is not a document. It looks at all of it, so that the reason
// does not depend on the order of the faults.
func fault(data []byte) error {
	switch {
	case !utf8.Valid(data) || loneSurrogate(data):
		return ErrEncoding
	case tooDeep(data):
		return ErrLimit
	}
	return ErrSyntax
}

// loneSurrogate finds \ud800 to \udfff outside of a pair.
func loneSurrogate(data []byte) bool {
	for i := 0; i < len(data); {
		if data[i] != '\\' {
			i++
			continue
		}
		if isLone(data[i:]) {
			return true
		}
		_, size := unescape(data[i:])
		i += max(size, 2) // a pair, or the backslash and the character behind it
	}
	return false
}

// tooDeep counts brackets outside of strings.
func tooDeep(data []byte) bool {
	depth, inString := 0, false
	for i := 0; i < len(data); i++ {
		switch c := data[i]; {
		case inString && c == '\\':
			i++
		case c == '"':
			inString = !inString
		case inString:
		case c == '{' || c == '[':
			if depth++; depth > MaxDepth {
				return true
			}
		case c == '}' || c == ']':
			depth--
		}
	}
	return false
}
