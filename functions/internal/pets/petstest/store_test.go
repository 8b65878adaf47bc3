package petstest_test

import (
	"testing"
	"time"

	"example.com/securedpets/functions/internal/pets/petstest"
)

func TestConform(t *testing.T) {
	petstest.Conform(t, func(_ *testing.T, now func() time.Time) petstest.Shop {
		store := petstest.New()
		store.Now = now
		return store
	})
}
