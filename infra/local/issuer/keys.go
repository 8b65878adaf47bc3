package issuer

import (
	"bytes"
	"crypto/rand"
	"crypto/rsa"
	"crypto/sha256"
	"crypto/x509"
	"encoding/base64"
	"encoding/json"
	"encoding/pem"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"sync"
	"time"
)

const keyBits = 2048

// keyFile is the content of the key file. The first key signs; the others are
// published for tokens that are still valid. Next is published before it signs,
// as Auth0's, so that verifiers have it by then.
type keyFile struct {
	Keys          []storedKey `json:"keys"`
	Next          *storedKey  `json:"next,omitempty"`
	MachineSecret string      `json:"machine_secret"`
}

type storedKey struct {
	ID        string     `json:"kid"`
	PEM       string     `json:"private_key"`
	RetiredAt *time.Time `json:"retired_at,omitempty"`
}

// signingKey is a key ready for use.
type signingKey struct {
	id        string
	private   *rsa.PrivateKey
	retiredAt *time.Time
}

// keyRing rereads the key file when it changes: `make rotate-keys` is another
// process.
type keyRing struct {
	path string

	mu     sync.Mutex
	raw    []byte
	seen   fs.FileInfo
	keys   []signingKey
	secret string
}

// openKeyRing reads the key file or creates it.
func openKeyRing(path string) (*keyRing, error) {
	ring := &keyRing{path: path}
	err := ring.refresh()
	if errors.Is(err, fs.ErrNotExist) {
		if err := createKeyFile(path); err != nil {
			return nil, fmt.Errorf("issuer: key file: %w", err)
		}
		err = ring.refresh()
	}
	if err != nil {
		return nil, err
	}
	return ring, nil
}

func createKeyFile(path string) error {
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		return err
	}
	key, err := newStoredKey()
	if err != nil {
		return err
	}
	next, err := newStoredKey()
	if err != nil {
		return err
	}
	temp, err := writeBeside(path, keyFile{Keys: []storedKey{key}, Next: &next, MachineSecret: rand.Text()})
	if err != nil {
		return err
	}
	defer func() { _ = os.Remove(temp) }()
	// Link fails if another process created the file; both then use its keys.
	if err := os.Link(temp, path); err != nil && !errors.Is(err, fs.ErrExist) {
		return err
	}
	return nil
}

// writeBeside writes the content to a temporary file (0600) in the same folder.
func writeBeside(path string, content keyFile) (string, error) {
	raw, err := json.MarshalIndent(content, "", "  ")
	if err != nil {
		return "", err
	}
	f, err := os.CreateTemp(filepath.Dir(path), ".keys-*")
	if err != nil {
		return "", err
	}
	_, err = f.Write(append(raw, '\n'))
	return f.Name(), errors.Join(err, f.Close())
}

func newStoredKey() (storedKey, error) {
	key, err := rsa.GenerateKey(rand.Reader, keyBits)
	if err != nil {
		return storedKey{}, err
	}
	der, err := x509.MarshalPKCS8PrivateKey(key)
	if err != nil {
		return storedKey{}, err
	}
	public := sha256.Sum256(x509.MarshalPKCS1PublicKey(&key.PublicKey))
	return storedKey{
		ID:  base64.RawURLEncoding.EncodeToString(public[:16]),
		PEM: string(pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: der})),
	}, nil
}

// rotate signs with the next key, publishes another one, and drops the keys of
// expired tokens.
func rotate(path string, now time.Time, longestToken time.Duration) error {
	raw, err := os.ReadFile(path) //nolint:gosec // the path is the operator's own setting
	if err != nil {
		return fmt.Errorf("issuer: key file: %w", err)
	}
	var content keyFile
	if err := json.Unmarshal(raw, &content); err != nil {
		return fmt.Errorf("issuer: key file: %w", err)
	}
	next, err := newStoredKey()
	if err != nil {
		return err
	}
	if content.Next == nil { // a file from before there was one
		signing, err := newStoredKey()
		if err != nil {
			return err
		}
		content.Next = &signing
	}
	kept := []storedKey{*content.Next}
	for _, old := range content.Keys {
		if old.RetiredAt == nil {
			old.RetiredAt = &now
		}
		if now.Before(old.RetiredAt.Add(longestToken)) {
			kept = append(kept, old)
		}
	}
	content.Keys, content.Next = kept, &next
	temp, err := writeBeside(path, content)
	if err != nil {
		return err
	}
	return os.Rename(temp, path)
}

// refresh reads the file if it changed.
func (r *keyRing) refresh() error {
	info, err := os.Stat(r.path)
	if err != nil {
		return fmt.Errorf("issuer: key file: %w", err)
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.seen != nil && os.SameFile(info, r.seen) && info.ModTime().Equal(r.seen.ModTime()) {
		return nil
	}
	raw, err := os.ReadFile(r.path)
	if err != nil {
		return fmt.Errorf("issuer: key file: %w", err)
	}
	if r.keys == nil || !bytes.Equal(raw, r.raw) {
		if err := r.parse(raw); err != nil {
			return fmt.Errorf("issuer: key file %s: %w", r.path, err)
		}
	}
	r.raw, r.seen = raw, info
	return nil
}

func (r *keyRing) parse(raw []byte) error {
	var content keyFile
	if err := json.Unmarshal(raw, &content); err != nil {
		return err
	}
	published := content.Keys
	if content.Next != nil && len(content.Keys) > 0 {
		published = append(published, *content.Next)
	}
	keys := make([]signingKey, 0, len(published))
	for _, stored := range published {
		block, _ := pem.Decode([]byte(stored.PEM))
		if block == nil || stored.ID == "" {
			return errors.New("a key is damaged: remove the file to start with new keys")
		}
		parsed, err := x509.ParsePKCS8PrivateKey(block.Bytes)
		if err != nil {
			return err
		}
		private, ok := parsed.(*rsa.PrivateKey)
		if !ok {
			return errors.New("a key is not RSA")
		}
		keys = append(keys, signingKey{id: stored.ID, private: private, retiredAt: stored.RetiredAt})
	}
	if len(keys) == 0 || content.MachineSecret == "" {
		return errors.New("it is incomplete: remove it to start with new keys")
	}
	r.keys, r.secret = keys, content.MachineSecret
	return nil
}

// current returns the keys, the signing one first. If the file cannot be read,
// it returns the keys in memory.
func (r *keyRing) current() []signingKey {
	_ = r.refresh()
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.keys
}

func (r *keyRing) machineSecret() string {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.secret
}
