package main

import (
	"context"
	"errors"
	"io"
	"time"
)

// Files and folders of the repository, from its root.
const (
	templateFile = "infra/cdk/testdata/SecuredPets.template.json"
	programs     = "dist/local"
	engineFolder = "infra/local/node_modules"
	pageFolder   = "web/dist"
	pageHeaders  = "web/headers.json"
)

// Time a client has to finish what it began when the stack is stopped.
const drainTimeout = 5 * time.Second

// serve starts the parts in the order in which they need each other, says of
// each that it is ready, and stops them in the opposite order.
func serve(ctx context.Context, set *settings, out io.Writer) (err error) {
	s := &stack{set: set, out: newLines(out), failed: make(chan error, 1)}
	defer func() { err = errors.Join(err, s.stop()) }()
	for _, start := range []func(context.Context) error{
		s.takePorts, s.startIssuer, s.readTemplate, s.startEngine, s.startFunctions, s.startGateway, s.startPage,
	} {
		if err := start(ctx); err != nil {
			if ctx.Err() != nil {
				return nil // Ctrl-C during the start is no failure
			}
			return err
		}
	}
	s.out.printf("ready: %s", set.apiURL())
	select {
	case <-ctx.Done():
		s.out.printf("stopping")
		return nil
	case err := <-s.failed:
		return err
	case <-s.engine.Exited():
		return errors.New("the DynamoDB engine stopped; its own message stands above")
	}
}
