package main

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"net/http"
	"strconv"
	"strings"

	"example.com/securedpets/functions/internal/pets"
	"example.com/securedpets/functions/internal/rest"
)

const maxBody = 16 << 10

// A form is {"petId":1}, with or without an authToken. Whatever else is in it
// says nothing about the order.
type form struct {
	petID     int64
	authToken *string
	digest    string // of all but the authToken, which a client may renew between two tries
}

func readForm(req rest.Request) (form, error) {
	body, err := rest.Body(req, maxBody)
	if err != nil {
		return form{}, err
	}
	if !rest.IsJSON(req) {
		return form{}, &rest.Problem{Status: http.StatusUnsupportedMediaType, Message: "the content type must be application/json"}
	}
	document, err := rest.Document(body)
	if err != nil {
		return form{}, err
	}
	number, _ := document["petId"].(json.Number)
	id, ok := pets.ParseInteger(number.String())
	if !ok {
		return form{}, &pets.FieldError{Field: "petId", Want: "an integer below 2^53"}
	}
	f := form{petID: id}
	switch token := document["authToken"].(type) {
	case nil:
	case string:
		f.authToken = &token
	default:
		return form{}, &pets.FieldError{Field: "authToken", Want: "a text"}
	}
	f.digest, err = digest(document)
	return f, err
}

// digest is the same for two spellings of one document: names sorted, no spaces.
func digest(document map[string]any) (string, error) {
	delete(document, "authToken")
	canonical, err := json.Marshal(document)
	return hash(string(canonical)), err
}

const maxKey = 255

// readKey reads the Idempotency-Key. It belongs to the subject: two people may
// choose the same one.
func readKey(req rest.Request, subject string, f form) (*pets.Key, error) {
	key, given := rest.Header(req, "idempotency-key")
	if !given {
		return nil, nil //nolint:nilnil // no key is not an error, and a pointer is how an order says so
	}
	visible := func(r rune) bool { return r < '!' || r > '~' }
	if key == "" || len(key) > maxKey || strings.ContainsFunc(key, visible) {
		return nil, &pets.FieldError{Field: "Idempotency-Key", Want: "1 to 255 visible ASCII characters"}
	}
	return &pets.Key{Name: hash(subject, key), Body: f.digest}, nil
}

// hash tells ("ab", "c") from ("a", "bc").
func hash(parts ...string) string {
	h := sha256.New()
	for _, p := range parts {
		h.Write([]byte(strconv.Itoa(len(p)) + ":" + p))
	}
	return hex.EncodeToString(h.Sum(nil))
}
