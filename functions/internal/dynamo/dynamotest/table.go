package dynamotest

import (
	"cmp"
	"context"
	"crypto/rand"
	"net/http"
	"os"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"example.com/securedpets/functions/internal/dynamo"
)

// A Table is empty and belongs to one test, which deletes it at its end.
type Table struct {
	Name   string
	Client *dynamodb.Client // to look behind the store, and to spoil its items
}

// NewTable creates a table as the stack defines it.
func NewTable(t testing.TB) *Table {
	t.Helper()
	Need(t)
	table := &Table{Name: "Pets-" + rand.Text(), Client: newClient()}
	_, err := table.Client.CreateTable(t.Context(), &dynamodb.CreateTableInput{
		TableName: &table.Name,
		AttributeDefinitions: []types.AttributeDefinition{
			{AttributeName: aws.String("username"), AttributeType: types.ScalarAttributeTypeS},
			{AttributeName: aws.String("petId"), AttributeType: types.ScalarAttributeTypeN},
		},
		KeySchema: []types.KeySchemaElement{
			{AttributeName: aws.String("username"), KeyType: types.KeyTypeHash},
			{AttributeName: aws.String("petId"), KeyType: types.KeyTypeRange},
		},
		BillingMode: types.BillingModePayPerRequest,
	})
	if err != nil {
		t.Fatalf("create the table: %v", err)
	}
	await := dynamodb.NewTableExistsWaiter(table.Client, func(o *dynamodb.TableExistsWaiterOptions) { o.MinDelay = 10 * time.Millisecond })
	if err := await.Wait(t.Context(), &dynamodb.DescribeTableInput{TableName: &table.Name}, time.Minute); err != nil {
		t.Fatalf("create the table: %v", err)
	}
	t.Cleanup(table.drop)
	return table
}

// drop runs after the test's context has ended.
func (table *Table) drop() {
	_, _ = table.Client.DeleteTable(context.Background(), &dynamodb.DeleteTableInput{TableName: &table.Name})
}

// Store returns the store under test over the table. A nil transport is an
// undisturbed network.
func (table *Table) Store(t testing.TB, transport http.RoundTripper) *dynamo.Store {
	t.Helper()
	cfg := table.Config()
	cfg.Transport = transport
	return Open(t, cfg)
}

// Config is for tests that change more than the transport.
func (table *Table) Config() dynamo.Config {
	cfg := config()
	cfg.Table = table.Name
	return cfg
}

// Open returns a store.
func Open(t testing.TB, cfg dynamo.Config) *dynamo.Store {
	t.Helper()
	store, err := dynamo.New(cfg)
	if err != nil {
		t.Fatal(err)
	}
	return store
}

// Environment is what a function reads its store's settings from.
func (table *Table) Environment() map[string]string {
	cfg := table.Config()
	return map[string]string{
		"TABLE_NAME":                cfg.Table,
		"AWS_REGION":                cfg.Region,
		"AWS_ACCESS_KEY_ID":         cfg.Credentials.AccessKeyID,
		"AWS_SECRET_ACCESS_KEY":     cfg.Credentials.SecretAccessKey,
		"AWS_SESSION_TOKEN":         cfg.Credentials.SessionToken,
		"AWS_ENDPOINT_URL_DYNAMODB": cfg.Endpoint,
	}
}

// An engine takes any region and credentials; a table in AWS takes those of the environment.
func config() dynamo.Config {
	return dynamo.Config{
		Region:   cmp.Or(os.Getenv("AWS_REGION"), "eu-central-1"),
		Endpoint: endpoint,
		Credentials: dynamo.Credentials{
			AccessKeyID:     cmp.Or(os.Getenv("AWS_ACCESS_KEY_ID"), "local"),
			SecretAccessKey: cmp.Or(os.Getenv("AWS_SECRET_ACCESS_KEY"), "local"),
			SessionToken:    os.Getenv("AWS_SESSION_TOKEN"),
		},
	}
}

func newClient() *dynamodb.Client {
	cfg := config()
	return dynamodb.New(dynamodb.Options{
		Region:       cfg.Region,
		BaseEndpoint: &cfg.Endpoint,
		Credentials: aws.CredentialsProviderFunc(func(context.Context) (aws.Credentials, error) {
			return aws.Credentials{
				AccessKeyID:     cfg.Credentials.AccessKeyID,
				SecretAccessKey: cfg.Credentials.SecretAccessKey,
				SessionToken:    cfg.Credentials.SessionToken,
			}, nil
		}),
	})
}
