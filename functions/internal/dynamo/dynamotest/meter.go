package dynamotest

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"strings"
	"sync"
	"testing"
)

// A Bill is what an operation costs: calls, and the capacity units that the
// engine reports.
type Bill struct {
	Calls       int
	Read, Write float64
}

func (b Bill) String() string {
	return fmt.Sprintf("%d calls, %6.1f read, %5.1f write", b.Calls, b.Read, b.Write)
}

// A Meter is a network that adds up bills. It asks for the consumed capacity on
// behalf of the caller, which changes a signed request: engines do not check
// signatures, DynamoDB in AWS does.
type Meter struct {
	mu   sync.Mutex
	bill Bill
}

// Bill returns the bill of some work.
func (m *Meter) Bill(t testing.TB, work func() error) Bill {
	t.Helper()
	m.mu.Lock()
	m.bill = Bill{}
	m.mu.Unlock()
	if err := work(); err != nil {
		t.Fatal(err)
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	return m.bill
}

// RoundTrip implements [http.RoundTripper].
func (m *Meter) RoundTrip(req *http.Request) (*http.Response, error) {
	sent, err := io.ReadAll(req.Body)
	if err != nil {
		return nil, err
	}
	sent = append([]byte(`{"ReturnConsumedCapacity":"TOTAL",`), bytes.TrimPrefix(sent, []byte("{"))...)
	req = req.Clone(req.Context())
	req.Body, req.ContentLength = io.NopCloser(bytes.NewReader(sent)), int64(len(sent))
	resp, err := network.RoundTrip(req)
	if err != nil {
		return nil, err
	}
	body, err := io.ReadAll(resp.Body)
	if err != nil {
		return nil, err
	}
	resp.Body = io.NopCloser(bytes.NewReader(body))
	m.add(req.Header.Get("X-Amz-Target"), body)
	return resp, nil
}

func (m *Meter) add(operation string, body []byte) {
	type capacity struct{ CapacityUnits float64 }
	var out struct{ ConsumedCapacity json.RawMessage }
	var all []capacity
	if json.Unmarshal(body, &out) == nil && json.Unmarshal(out.ConsumedCapacity, &all) != nil {
		all = make([]capacity, 1)
		_ = json.Unmarshal(out.ConsumedCapacity, &all[0]) // an error response has none
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	m.bill.Calls++
	for _, c := range all {
		if strings.HasSuffix(operation, ".GetItem") || strings.HasSuffix(operation, ".Query") {
			m.bill.Read += c.CapacityUnits
		} else {
			m.bill.Write += c.CapacityUnits
		}
	}
}
