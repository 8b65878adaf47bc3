package dynamodb_test

import (
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	sdk "github.com/aws/aws-sdk-go-v2/service/dynamodb"

	"example.com/securedpets/pkg/authorizer/examples/dynamodb"
	"example.com/securedpets/pkg/jwtauth/dpop"
)

var _ dpop.ReplayStore = (*dynamodb.Store)(nil)

// table is a DynamoDB table that knows the one request of the store.
type table struct {
	mu      sync.Mutex
	items   map[string]string // expires by id
	writes  int
	respond func(http.ResponseWriter) // after the write, if not nil
}

func (t *table) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	t.mu.Lock()
	defer t.mu.Unlock()
	var put struct {
		TableName, ConditionExpression string
		Item                           struct {
			ID      struct{ B string } `json:"id"`
			Expires struct{ N string } `json:"expires"`
		}
	}
	if err := json.NewDecoder(r.Body).Decode(&put); err != nil || r.Header.Get("X-Amz-Target") != "DynamoDB_20120810.PutItem" ||
		put.TableName != "proofs" || put.ConditionExpression != "attribute_not_exists(id)" || put.Item.ID.B == "" {
		fail(w, http.StatusBadRequest, "ValidationException")
		return
	}
	t.writes++
	if _, exists := t.items[put.Item.ID.B]; exists {
		fail(w, http.StatusBadRequest, "ConditionalCheckFailedException")
		return
	}
	t.items[put.Item.ID.B] = put.Item.Expires.N
	if t.respond != nil {
		t.respond(w)
		return
	}
	w.Header().Set("Content-Type", "application/x-amz-json-1.0")
	_, _ = w.Write([]byte("{}"))
}

func fail(w http.ResponseWriter, status int, kind string) {
	w.Header().Set("Content-Type", "application/x-amz-json-1.0")
	w.WriteHeader(status)
	_, _ = fmt.Fprintf(w, `{"__type":"com.amazonaws.dynamodb.v20120810#%s","message":"x"}`, kind)
}

func newStore(t *testing.T, table *table) *dynamodb.Store {
	t.Helper()
	table.items = map[string]string{}
	server := httptest.NewServer(table)
	t.Cleanup(server.Close)
	return dynamodb.New(sdk.New(sdk.Options{
		Region: "eu-central-1", BaseEndpoint: &server.URL, Credentials: aws.AnonymousCredentials{},
	}), "proofs")
}

func TestStore(t *testing.T) {
	table := &table{}
	s := newStore(t, table)
	until := time.Unix(1_800_000_000, 500_000_000)
	for i, c := range []struct {
		id   byte
		want bool
	}{{1, true}, {1, false}, {2, true}, {1, false}, {2, false}} {
		first, err := s.Use(t.Context(), [32]byte{c.id}, until)
		if err != nil || first != c.want {
			t.Errorf("%d: %v, %v", i, first, err)
		}
	}
	for id, expires := range table.items {
		if expires != "1800000001" {
			t.Errorf("%s expires at %s, before its proof", id, expires)
		}
	}
}

// Of many equal proofs at one time, one is the first.
func TestConcurrentUse(t *testing.T) {
	s := newStore(t, &table{})
	var firsts sync.Map
	var group sync.WaitGroup
	for i := range 8 {
		group.Go(func() {
			if first, err := s.Use(t.Context(), [32]byte{7}, time.Unix(1, 0)); err != nil || first {
				firsts.Store(i, err)
			}
		})
	}
	group.Wait()
	count := 0
	firsts.Range(func(_, err any) bool {
		if err != nil {
			t.Error(err)
		}
		count++
		return true
	})
	if count != 1 {
		t.Errorf("%d are the first", count)
	}
}

// What DynamoDB did not decide is an error, and never "used before".
func TestUndecided(t *testing.T) {
	for name, respond := range map[string]func(http.ResponseWriter){
		"unavailable": func(w http.ResponseWriter) { fail(w, http.StatusServiceUnavailable, "InternalServerError") },
		"throttled":   func(w http.ResponseWriter) { fail(w, http.StatusBadRequest, "ProvisionedThroughputExceededException") },
		"lost response": func(http.ResponseWriter) {
			panic(http.ErrAbortHandler)
		},
	} {
		t.Run(name, func(t *testing.T) {
			table := &table{respond: respond}
			s := newStore(t, table)
			first, err := s.Use(t.Context(), [32]byte{1}, time.Unix(1, 0))
			if err == nil || first || !strings.HasPrefix(err.Error(), "dynamodb: record a proof: ") {
				t.Errorf("%v, %v", first, err)
			}
			table.mu.Lock()
			defer table.mu.Unlock()
			if table.writes != 1 {
				t.Errorf("%d writes", table.writes)
			}
		})
	}
}
