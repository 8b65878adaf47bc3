package dynamo_test

import (
	"os"
	"testing"

	"example.com/securedpets/functions/internal/dynamo/dynamotest"
)

func TestMain(m *testing.M) { os.Exit(dynamotest.Main(m)) }
