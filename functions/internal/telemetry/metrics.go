package telemetry

import (
	"context"
	"encoding/json"
	"log/slog"
	"time"

	"github.com/aws/aws-lambda-go/lambdacontext"
)

// count is a metric, and the reason it is told by, if any.
type count struct{ name, reason string }

// Count adds one to a metric.
func (t *Telemetry) Count(name string) { t.add(count{name: name}) }

// Refused counts a refusal by its reason, and notes it in the request's line and span.
// The reason is of a closed set: each one is a metric of its own, and is paid for.
func (t *Telemetry) Refused(ctx context.Context, reason string) {
	t.add(count{AuthRefused, reason})
	Note(ctx, slog.String("reason", reason))
	if l, ok := ctx.Value(lineKey{}).(*line); ok {
		l.reason = reason
	}
}

func (t *Telemetry) add(c count) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.counts[c]++
}

func (t *Telemetry) take() map[count]int {
	t.mu.Lock()
	defer t.mu.Unlock()
	counts := t.counts
	t.counts = map[count]int{}
	return counts
}

// flush writes a line for the metrics without a reason, and one for each reason.
func (t *Telemetry) flush(requestID string) {
	plain := map[string]int{}
	for c, n := range t.take() {
		if c.reason == "" {
			plain[c.name] = n
			continue
		}
		t.write(requestID, map[string]int{c.name: n}, c.reason)
	}
	if len(plain) > 0 {
		t.write(requestID, plain, "")
	}
}

// directive is the "_aws" member of the embedded metric format (CloudWatch
// user guide, "Specification: Embedded metric format").
type directive struct {
	Timestamp         int64
	CloudWatchMetrics []metricSet
}

type metricSet struct {
	Namespace  string
	Dimensions [][]string
	Metrics    []definition
}

type definition struct{ Name, Unit string }

func (t *Telemetry) write(requestID string, counts map[string]int, reason string) {
	set := metricSet{Namespace: Namespace, Dimensions: [][]string{{}}}
	doc := map[string]any{"requestId": requestID, "function": lambdacontext.FunctionName}
	if reason != "" {
		doc[Reason] = reason
		set.Dimensions = append(set.Dimensions, []string{Reason})
	}
	for name, n := range counts {
		doc[name] = n
		set.Metrics = append(set.Metrics, definition{name, "Count"})
	}
	doc["_aws"] = directive{Timestamp: time.Now().UnixMilli(), CloudWatchMetrics: []metricSet{set}}
	text, err := json.Marshal(doc)
	if err != nil {
		return
	}
	_, _ = t.stdout.Write(append(text, '\n')) // there is nobody to tell
}
