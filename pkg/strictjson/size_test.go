//go:build unix

package strictjson

import (
	"errors"
	"math"
	"strconv"
	"syscall"
	"testing"
)

// Positions have 31 bits. A document beyond them is refused unread: here, reading it would be a fault of the machine.
func TestTwoGigabytes(t *testing.T) {
	if strconv.IntSize < 64 {
		t.Skip("no document is that large here")
	}
	length := int64(math.MaxInt32) + 1
	data, err := syscall.Mmap(-1, 0, int(length), syscall.PROT_NONE, syscall.MAP_ANON|syscall.MAP_PRIVATE)
	if err != nil {
		t.Skip("no room for addresses:", err)
	}
	defer func() { _ = syscall.Munmap(data) }()
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
