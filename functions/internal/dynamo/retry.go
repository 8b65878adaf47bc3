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
	tryTimeout     = 1500 * time.Millisecond
	maxTries       = 10
	minPause       = 25 * time.Millisecond
	maxPause       = 500 * time.Millisecond

	answerReserve = 300 * time.Millisecond // left to the caller to answer in
	writeReserve  = 500 * time.Millisecond // no try of a write starts with less
)

// errNoTime says that a write was not tried for want of time.
var errNoTime = errors.New("not enough time left for a write")

// retryer is the SDK's standard one with other figures. Its quota of retries is
// off: it protects a service from clients that work without end, and a
// function's deadline bounds the retries already.
type retryer struct{ *retry.Standard }

func newRetryer() retryer {
	return retryer{retry.NewStandard(func(o *retry.StandardOptions) {
		o.MaxAttempts = maxTries
		o.Backoff = retry.BackoffDelayerFunc(backoff)
		o.RateLimiter = ratelimit.None
		o.Retryables = append([]retry.IsErrorRetryable{retry.IsErrorRetryableFunc(repeatable)}, o.Retryables...)
	})}
}

// backoff doubles from 25 ms to 500 ms; half of each pause is chance.
func backoff(try int, _ error) (time.Duration, error) {
	limit := maxPause
	if try < 5 {
		limit = 2 * minPause << max(try-1, 0)
	}
	limit = min(limit, maxPause)
	return limit/2 + rand.N(limit/2), nil //nolint:gosec // a waiting time is no secret
}

// repeatable adds two rules to the SDK's: a transaction that was canceled by
// others' haste or by throttling may be repeated, and so may every try that
// ended without an answer of DynamoDB, whatever cut it short.
func repeatable(err error) aws.Ternary {
	var canceled *types.TransactionCanceledException
	if errors.As(err, &canceled) {
		return aws.BoolTernary(passing(canceled.CancellationReasons))
	}
	if errors.Is(err, context.Canceled) || errors.Is(err, errNoTime) {
		return aws.FalseTernary
	}
	var answer smithy.APIError
	if !errors.As(err, &answer) {
		return aws.TrueTernary
	}
	return aws.UnknownTernary
}

// passing reports whether nothing but time stands against the transaction.
func passing(reasons []types.CancellationReason) bool {
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

// GetAttemptToken is asked before each try.
func (r retryer) GetAttemptToken(ctx context.Context) (func(error) error, error) {
	if ctx.Value(writeKey{}) != nil {
		if deadline, ok := ctx.Deadline(); ok && time.Until(deadline) < writeReserve-answerReserve {
			return nil, errNoTime
		}
	}
	return r.Standard.GetAttemptToken(ctx)
}

// bounded ends early enough for the caller to answer.
func bounded(ctx context.Context) (context.Context, context.CancelFunc) {
	deadline, ok := ctx.Deadline()
	if !ok {
		return context.WithCancel(ctx)
	}
	return context.WithDeadline(ctx, deadline.Add(-answerReserve))
}

// writing marks the calls that must not start late.
func writing(ctx context.Context) context.Context { return context.WithValue(ctx, writeKey{}, true) }

// inDoubt reports whether a try before the last one may have been carried out
// without saying so: what the last one says may be about what that one did.
func inDoubt(results retry.AttemptResults) bool {
	for _, r := range results.Results[:max(len(results.Results)-1, 0)] {
		if r.Err != nil && !undone(r.Err) {
			return true
		}
	}
	return false
}

// undone reports whether a try has certainly changed nothing: there was no
// connection, or DynamoDB says that the fault was ours.
func undone(err error) bool {
	if link, ok := errors.AsType[*net.OpError](err); ok && link.Op == "dial" {
		return true
	}
	answer, ok := errors.AsType[smithy.APIError](err)
	return ok && answer.ErrorFault() != smithy.FaultServer
}
