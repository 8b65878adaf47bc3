package engine

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"slices"
	"strings"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	v4 "github.com/aws/aws-sdk-go-v2/aws/signer/v4"

	"example.com/securedpets/functions/contract"
	"example.com/securedpets/infra/local/template"
)

// Why a table could not be created.
var (
	// ErrOtherTable means the data holds a table that does not fit the template.
	ErrOtherTable = errors.New("a table of this name exists with other keys")
	// ErrNotDynamoDB means the endpoint is a server of another kind.
	ErrNotDynamoDB = errors.New("the endpoint does not respond as DynamoDB does")
	// ErrEarlierLayout means the table was filled by an earlier version of the functions.
	ErrEarlierLayout = errors.New("filled by an earlier version, whose layout the functions do not read")
)

const (
	callTimeout   = 5 * time.Second
	responseLimit = 1 << 20
)

// CreateTable creates the table and sets its time to live. A table that exists with the same keys
// and the functions' layout is left as it is.
func (e *Engine) CreateTable(ctx context.Context, table template.Table) error {
	var created struct{ TableDescription struct{ TableName string } }
	err := e.call(ctx, "CreateTable", table.CreateTable, &created)
	var refused *apiError
	switch {
	case errors.As(err, &refused) && refused.code() == "ResourceInUseException":
		if err := e.checkKeys(ctx, table); err != nil {
			return err
		}
		return e.checkLayout(ctx, table)
	case err != nil:
		return err
	case created.TableDescription.TableName != table.Name:
		return fmt.Errorf("DynamoDB CreateTable: %w", ErrNotDynamoDB)
	}
	if table.UpdateTimeToLive == nil {
		return nil
	}
	return e.call(ctx, "UpdateTimeToLive", table.UpdateTimeToLive, nil)
}

type keySchema []struct{ AttributeName, KeyType string }

func (e *Engine) checkKeys(ctx context.Context, table template.Table) error {
	var want struct{ KeySchema keySchema }
	if err := json.Unmarshal(table.CreateTable, &want); err != nil {
		return fmt.Errorf("table %s: %w", table.Name, err)
	}
	var have struct{ Table struct{ KeySchema keySchema } }
	if err := e.call(ctx, "DescribeTable", map[string]any{"TableName": table.Name}, &have); err != nil {
		return err
	}
	if !slices.Equal(have.Table.KeySchema, want.KeySchema) {
		return fmt.Errorf("table %s: %w", table.Name, ErrOtherTable)
	}
	return nil
}

// checkLayout looks for the item 0 among the pets, which only the earlier layout had.
func (e *Engine) checkLayout(ctx context.Context, table template.Table) error {
	type value map[string]string
	input := map[string]any{
		"TableName":      table.Name,
		"Key":            map[string]value{contract.PartitionKey: {"S": contract.CatalogPartition}, contract.SortKey: {"N": "0"}},
		"ConsistentRead": true,
	}
	var found struct{ Item map[string]json.RawMessage }
	if err := e.call(ctx, "GetItem", input, &found); err != nil {
		return err
	}
	if found.Item != nil {
		return fmt.Errorf("table %s of %s: %w", table.Name, e.source, ErrEarlierLayout)
	}
	return nil
}

// apiError is a response of DynamoDB with another status than 200.
type apiError struct {
	Operation string `json:"-"`
	Status    int    `json:"-"`
	Type      string `json:"__type"` // com.amazonaws.dynamodb.v20120810#ResourceInUseException
}

func (e *apiError) Error() string {
	return fmt.Sprintf("DynamoDB %s: status %d %s", e.Operation, e.Status, e.code())
}

func (e *apiError) code() string { return e.Type[strings.LastIndexByte(e.Type, '#')+1:] }

// call makes one request of the DynamoDB JSON protocol: a signed POST whose
// X-Amz-Target names the operation. Four calls do not need the SDK's client.
func (e *Engine) call(ctx context.Context, operation string, input, output any) error {
	ctx, cancel := context.WithTimeout(ctx, callTimeout)
	defer cancel()
	request, err := e.request(ctx, operation, input)
	if err != nil {
		return err
	}
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		return fmt.Errorf("DynamoDB %s: %w", operation, err)
	}
	defer func() { _ = response.Body.Close() }()
	body, err := io.ReadAll(io.LimitReader(response.Body, responseLimit))
	if err != nil {
		return fmt.Errorf("DynamoDB %s: %w", operation, err)
	}
	if response.StatusCode != http.StatusOK {
		refused := &apiError{Operation: operation, Status: response.StatusCode}
		if err := json.Unmarshal(body, refused); err != nil || refused.Type == "" {
			return fmt.Errorf("DynamoDB %s: status %d: %w", operation, response.StatusCode, ErrNotDynamoDB)
		}
		return refused
	}
	if output == nil {
		return nil
	}
	if err := json.Unmarshal(body, output); err != nil {
		return fmt.Errorf("DynamoDB %s: %w", operation, ErrNotDynamoDB)
	}
	return nil
}

func (e *Engine) request(ctx context.Context, operation string, input any) (*http.Request, error) {
	body, err := json.Marshal(input)
	if err != nil {
		return nil, fmt.Errorf("DynamoDB %s: %w", operation, err)
	}
	request, err := http.NewRequestWithContext(ctx, http.MethodPost, e.Endpoint, bytes.NewReader(body))
	if err != nil {
		return nil, fmt.Errorf("DynamoDB %s: %w", operation, err)
	}
	request.Header.Set("Content-Type", "application/x-amz-json-1.0")
	request.Header.Set("X-Amz-Target", "DynamoDB_20120810."+operation)
	hash := sha256.Sum256(body)
	err = v4.NewSigner().SignHTTP(ctx, Credentials, request, hex.EncodeToString(hash[:]), "dynamodb", Region, time.Now())
	return request, err
}

// Region is the region of the laptop stack. The functions and this package must use the same region
// and [Credentials]: engines require a signature without verifying it, and DynamoDB Local keeps
// tables by access key and region.
const Region = "us-east-1"

// Credentials are dummies.
var Credentials = aws.Credentials{AccessKeyID: "local", SecretAccessKey: "local"}
