package telemetry

import (
	"context"
	"encoding/json"
	"log/slog"
	"time"

	"github.com/aws/aws-lambda-go/lambdacontext"

	"example.com/securedpets/functions/contract"
)

// A metric is a name of functions/contract and, for refusals, a reason.
type metric struct{ name, reason string }

// Count adds one to a metric.
func (t *Telemetry) Count(name string) { t.add(metric{name: name}) }

// Refused counts a refusal by its reason, and adds the reason to the request's log line and
// span. Reasons are of a closed set: CloudWatch charges for each one as a metric.
func (t *Telemetry) Refused(ctx context.Context, reason string) {
	t.add(metric{contract.MetricAuthRefused, reason})
	Note(ctx, slog.String("reason", reason))
	if l, ok := ctx.Value(lineKey{}).(*line); ok {
		l.reason = reason
	}
}

func (t *Telemetry) add(m metric) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.counts[m]++
}

func (t *Telemetry) takeCounts() map[metric]int {
	t.mu.Lock()
	defer t.mu.Unlock()
	counts := t.counts
	t.counts = map[metric]int{}
	return counts
}

// flush writes one line for the metrics without a reason, and one for each reason.
func (t *Telemetry) flush(requestID string) {
	plain := map[string]int{}
	for m, n := range t.takeCounts() {
		if m.reason == "" {
			plain[m.name] = n
			continue
		}
		t.write(requestID, map[string]int{m.name: n}, m.reason)
	}
	if len(plain) > 0 {
		t.write(requestID, plain, "")
	}
}

// A directive is the "_aws" member of the embedded metric format (CloudWatch user guide,
// "Specification: Embedded metric format").
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
	set := metricSet{Namespace: contract.MetricNamespace, Dimensions: [][]string{{}}}
	doc := map[string]any{"requestId": requestID, "function": lambdacontext.FunctionName}
	if reason != "" {
		doc[contract.MetricReason] = reason
		set.Dimensions = append(set.Dimensions, []string{contract.MetricReason})
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
	_, _ = t.stdout.Write(append(text, '\n')) // there is nowhere to report a failure
}
