package dynamo

import (
	"context"
	"fmt"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/aws/retry"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
	"github.com/aws/smithy-go/middleware"

	"example.com/securedpets/functions/internal/pets"
)

// operation is a method of the SDK's client.
type operation[In, Out any] func(context.Context, *In, ...func(*dynamodb.Options)) (*Out, error)

// call makes a call within the time there is, and reports it.
func call[In, Out any](ctx context.Context, s *Store, name string, op operation[In, Out], in *In) (*Out, error) {
	ctx, cancel := bounded(ctx)
	defer cancel()
	out, err := op(ctx, in)
	if s.observe != nil {
		units, metadata := cost(out)
		results, _ := retry.GetAttemptResults(metadata)
		s.observe(ctx, Call{Operation: name, Units: units, Tries: len(results.Results), Failed: err != nil})
	}
	return out, err
}

// cost reads what DynamoDB charged. Failed calls return no output and tell nothing.
func cost(out any) (units float64, metadata middleware.Metadata) {
	switch out := out.(type) {
	case *dynamodb.GetItemOutput:
		if out != nil {
			return sum(out.ConsumedCapacity), out.ResultMetadata
		}
	case *dynamodb.QueryOutput:
		if out != nil {
			return sum(out.ConsumedCapacity), out.ResultMetadata
		}
	case *dynamodb.UpdateItemOutput:
		if out != nil {
			return sum(out.ConsumedCapacity), out.ResultMetadata
		}
	case *dynamodb.TransactWriteItemsOutput:
		if out != nil {
			units := 0.0
			for _, c := range out.ConsumedCapacity {
				units += sum(&c)
			}
			return units, out.ResultMetadata
		}
	}
	return 0, middleware.Metadata{}
}

func sum(c *types.ConsumedCapacity) float64 {
	if c == nil {
		return 0
	}
	return aws.ToFloat64(c.CapacityUnits)
}

// reporting asks for the cost of a call where somebody wants to know it.
func (s *Store) reporting() types.ReturnConsumedCapacity {
	if s.observe == nil {
		return types.ReturnConsumedCapacityNone
	}
	return types.ReturnConsumedCapacityTotal
}

// unavailable says which call failed.
func unavailable(name string, err error) error {
	return fmt.Errorf("%w: %s: %w", pets.ErrUnavailable, name, err)
}
