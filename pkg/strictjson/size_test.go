//go:build unix

package strictjson

import (
	"errors"
	"math"
	"strconv"
	"syscall"
	"testing"
)

// TestTwoGigabytes refuses a document with positions beyond 31 bits unread: reading one of these
// pages would end the process.
func TestTwoGigabytes(t *testing.T) {
	data := reserve(t, math.MaxInt32+1, syscall.PROT_NONE)
	if _, err := Parse(data); !errors.Is(err, ErrLimit) {
		t.Errorf("Parse: %v", err)
	}
	if _, err := Scan(data, nil); !errors.Is(err, ErrLimit) {
		t.Errorf("Scan: %v", err)
	}
	if _, err := ScanOuter(data, nil); !errors.Is(err, ErrLimit) {
		t.Errorf("ScanOuter: %v", err)
	}
}

// TestOneByteLess reads the largest document, whose first byte is not JSON.
func TestOneByteLess(t *testing.T) {
	data := reserve(t, math.MaxInt32, syscall.PROT_READ)
	if _, err := Scan(data, nil); !errors.Is(err, ErrSyntax) {
		t.Errorf("Scan: %v", err)
	}
}

// reserve returns address space of zero bytes, without memory.
func reserve(t *testing.T, length int64, protection int) []byte {
	t.Helper()
	if strconv.IntSize < 64 {
		t.Skip("no document is that large here")
	}
	data, err := syscall.Mmap(-1, 0, int(length), protection, syscall.MAP_ANON|syscall.MAP_PRIVATE)
	if err != nil {
		t.Skip("no address space:", err)
	}
	t.Cleanup(func() { _ = syscall.Munmap(data) })
	return data
}
