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
	"strings"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	v4 "github.com/aws/aws-sdk-go-v2/aws/signer/v4"

	"example.com/securedpets/infra/local/template"
)

// Why a table could not be made.
var (
	ErrOtherTable  = errors.New("a table of this name exists with other keys")
	ErrNotDynamoDB = errors.New("the endpoint does not answer as DynamoDB does")
)

const (
	callTimeout = 5 * time.Second
	answerLimit = 1 << 20
)

// CreateTable makes the table and sets its time to live, unless it is there
// already with the same keys.
func (e *Engine) CreateTable(ctx context.Context, table template.Table) error {
	var made struct{ TableDescription struct{ TableName string } }
	err := e.call(ctx, "CreateTable", table.CreateTable, &made)
	var refused *apiError
	switch {
	case errors.As(err, &refused) && refused.code() == "ResourceInUseException":
		return e.sameKeys(ctx, table)
	case err != nil:
		return err
	case made.TableDescription.TableName != table.Name:
		return fmt.Errorf("DynamoDB CreateTable: %w", ErrNotDynamoDB)
	}
	if table.UpdateTimeToLive == nil {
		return nil
	}
	return e.call(ctx, "UpdateTimeToLive", table.UpdateTimeToLive, nil)
}

type keySchema []struct{ AttributeName, KeyType string }

func (k keySchema) String() string {
	var b strings.Builder
	for _, key := range k {
		b.WriteString(key.AttributeName + " " + key.KeyType + ";")
	}
	return b.String()
}

func (e *Engine) sameKeys(ctx context.Context, table template.Table) error {
	var want struct{ KeySchema keySchema }
	if err := json.Unmarshal(table.CreateTable, &want); err != nil {
		return fmt.Errorf("table %s: %w", table.Name, err)
	}
	var have struct{ Table struct{ KeySchema keySchema } }
	if err := e.call(ctx, "DescribeTable", map[string]any{"TableName": table.Name}, &have); err != nil {
		return err
	}
	if have.Table.KeySchema.String() != want.KeySchema.String() {
		return fmt.Errorf("table %s: %w", table.Name, ErrOtherTable)
	}
	return nil
}

// apiError is an answer of DynamoDB that is not 200.
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
// X-Amz-Target names the operation. The SDK's client is the functions' own
// business; here three control-plane calls need none.
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
	answer, err := io.ReadAll(io.LimitReader(response.Body, answerLimit))
	if err != nil {
		return fmt.Errorf("DynamoDB %s: %w", operation, err)
	}
	if response.StatusCode != http.StatusOK {
		refused := &apiError{Operation: operation, Status: response.StatusCode}
		if err := json.Unmarshal(answer, refused); err != nil || refused.Type == "" {
			return fmt.Errorf("DynamoDB %s: status %d: %w", operation, response.StatusCode, ErrNotDynamoDB)
		}
		return refused
	}
	if output == nil {
		return nil
	}
	if err := json.Unmarshal(answer, output); err != nil {
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

// Region and Credentials are what the laptop's functions and this package use:
// an engine wants a signature and checks nothing of it. DynamoDB Local keeps
// tables by access key and region, so both sides must use the same.
const Region = "us-east-1"

// Credentials are dummies; see [Region].
var Credentials = aws.Credentials{AccessKeyID: "local", SecretAccessKey: "local"}
