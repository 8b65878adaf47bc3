// Command hello is the least that a function in Go can be. It is what scripts/startup holds the real
// programs against.
package main

import (
	"context"

	"github.com/aws/aws-lambda-go/lambda"
)

func main() {
	lambda.Start(func(context.Context) (string, error) { return "hello", nil })
}
