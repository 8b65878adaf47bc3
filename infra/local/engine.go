package main

import (
	"context"
	"errors"
	"fmt"

	"example.com/securedpets/infra/local/engine"
)

func (s *stack) startEngine(ctx context.Context) error {
	if err := s.runEngine(ctx); err != nil {
		return err
	}
	s.onStop(s.engine.Stop)
	for _, table := range s.template.Tables {
		if err := s.engine.CreateTable(ctx, table); err != nil {
			return s.curedByEngine(err)
		}
		s.out.printf("table: %s at %s", table.Name, s.engine.Endpoint)
	}
	return nil
}

// curedByEngine adds what to do about a table that could not be made.
func (s *stack) curedByEngine(err error) error {
	switch {
	case s.set.DynamoDBEndpoint != "":
		return fmt.Errorf("%w: choose another DynamoDB-compatible endpoint (DynamoDB Local, for example) with DYNAMODB_ENDPOINT=, "+
			"or unset it to use the embedded engine", err)
	case errors.Is(err, engine.ErrOtherTable):
		return fmt.Errorf("%w: choose another folder with DATA_DIR=, or remove the old data", err)
	}
	return err
}

func (s *stack) runEngine(ctx context.Context) error {
	if endpoint := s.set.DynamoDBEndpoint; endpoint != "" {
		var err error
		if s.engine, err = engine.Connect(ctx, endpoint); err != nil {
			return fmt.Errorf("%w: start it, or unset DYNAMODB_ENDPOINT to use the embedded engine", err)
		}
		return nil
	}
	program, err := engine.Find(engineFolder)
	if err != nil {
		return err
	}
	data, err := openData(s.set.DataDir)
	if err != nil {
		return err
	}
	s.onStop(data.Close)
	s.engine, err = engine.Start(ctx, program, data.database(), s.out.prefixed("engine"))
	return err
}
