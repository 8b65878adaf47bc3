package dynamo

import (
	"context"
	"fmt"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb"

	"example.com/securedpets/functions/internal/pets"
)

// operation is a method of the SDK's client.
type operation[In, Out any] func(context.Context, *In, ...func(*dynamodb.Options)) (*Out, error)

// call makes a call within the time that the caller can spare.
func call[In, Out any](ctx context.Context, op operation[In, Out], in *In) (*Out, error) {
	ctx, cancel := bounded(ctx)
	defer cancel()
	return op(ctx, in)
}

// unavailable names the call that failed.
func unavailable(name string, err error) error {
	return fmt.Errorf("%w: %s: %w", pets.ErrUnavailable, name, err)
}
