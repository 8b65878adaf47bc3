package dynamo

import (
	"context"
	"errors"
	"math/rand/v2"
	"net"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/aws/ratelimit"
	"github.com/aws/aws-sdk-go-v2/aws/retry"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
	"github.com/aws/smithy-go"
)

const (
	connectTimeout = time.Second
	attemptTimeout = 1500 * time.Millisecond
	maxAttempts    = 10
	minPause       = 25 * time.Millisecond
	maxPause       = 500 * time.Millisecond

	responseReserve = 300 * time.Millisecond // left to the caller for its response
	writeReserve    = 500 * time.Millisecond // no attempt of a write starts with less
)

// errNoTime means that a write was not attempted.
var errNoTime = errors.New("not enough time left for a write")

// retryer is the SDK's standard one with other figures. Its quota of retries is
// off: it protects a service from long-running clients, and a function's
// deadline bounds the retries already.
type retryer struct{ *retry.Standard }

func newRetryer() retryer {
	return retryer{retry.NewStandard(func(o *retry.StandardOptions) {
		o.MaxAttempts = maxAttempts
		o.Backoff = retry.BackoffDelayerFunc(backoff)
		o.RateLimiter = ratelimit.None
		o.Retryables = append([]retry.IsErrorRetryable{retry.IsErrorRetryableFunc(isRepeatable)}, o.Retryables...)
	})}
}

// backoff doubles from 25 ms to 500 ms; half of each pause is random.
func backoff(attempt int, _ error) (time.Duration, error) {
	limit := maxPause
	if attempt < 5 {
		limit = 2 * minPause << max(attempt-1, 0)
	}
	limit = min(limit, maxPause)
	return limit/2 + rand.N(limit/2), nil //nolint:gosec // a waiting time is no secret
}

// isRepeatable adds two rules to the SDK's: a transaction that was canceled by a
// conflict or by throttling may be repeated, and so may every attempt that ended
// without a response of DynamoDB, whatever cut it short.
func isRepeatable(err error) aws.Ternary {
	var canceled *types.TransactionCanceledException
	if errors.As(err, &canceled) {
		return aws.BoolTernary(isTransient(canceled.CancellationReasons))
	}
	if errors.Is(err, context.Canceled) || errors.Is(err, errNoTime) {
		return aws.FalseTernary
	}
	var reported smithy.APIError
	if !errors.As(err, &reported) {
		return aws.TrueTernary
	}
	return aws.UnknownTernary
}

// isTransient reports whether every cancellation reason is transient.
func isTransient(reasons []types.CancellationReason) bool {
	found := false
	for _, r := range reasons {
		switch aws.ToString(r.Code) {
		case "None", "":
		case "TransactionConflict", "ThrottlingError", "ProvisionedThroughputExceeded", "RequestLimitExceeded":
			found = true
		default:
			return false
		}
	}
	return found
}

type writeKey struct{}

// GetAttemptToken is called before each attempt.
func (r retryer) GetAttemptToken(ctx context.Context) (func(error) error, error) {
	if ctx.Value(writeKey{}) != nil {
		if deadline, ok := ctx.Deadline(); ok && time.Until(deadline) < writeReserve-responseReserve {
			return nil, errNoTime
		}
	}
	return r.Standard.GetAttemptToken(ctx)
}

// bounded ends early enough for the caller to respond.
func bounded(ctx context.Context) (context.Context, context.CancelFunc) {
	deadline, ok := ctx.Deadline()
	if !ok {
		return context.WithCancel(ctx)
	}
	return context.WithDeadline(ctx, deadline.Add(-responseReserve))
}

// writing marks the calls that must not start late.
func writing(ctx context.Context) context.Context { return context.WithValue(ctx, writeKey{}, true) }

// inDoubt reports whether an attempt before the last one may have been applied
// without a response: the last response may be about what that one did.
func inDoubt(results retry.AttemptResults) bool {
	for _, r := range results.Results[:max(len(results.Results)-1, 0)] {
		if r.Err != nil && !notApplied(r.Err) {
			return true
		}
	}
	return false
}

// notApplied reports whether an attempt has certainly changed nothing: there
// was no connection, or DynamoDB reports a client's error.
func notApplied(err error) bool {
	if link, ok := errors.AsType[*net.OpError](err); ok && link.Op == "dial" {
		return true
	}
	reported, ok := errors.AsType[smithy.APIError](err)
	return ok && reported.ErrorFault() != smithy.FaultServer
}
