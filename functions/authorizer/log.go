package main

import (
	"context"
	"io"
	"log/slog"

	"example.com/securedpets/pkg/authorizer"
	"example.com/securedpets/pkg/jwtauth"
)

// logDecisions writes one line of JSON per decision, with nothing of the token or the caller in it.
// Only what could not be decided is an error: a refused caller is the daily work of this function.
func logDecisions(w io.Writer, level slog.Level) func(context.Context, authorizer.Decision) {
	log := slog.New(slog.NewJSONHandler(w, &slog.HandlerOptions{Level: level}))
	return func(ctx context.Context, d authorizer.Decision) {
		log.LogAttrs(ctx, levelOf(d.Outcome), "decision", slog.String("route", d.Route), slog.String("outcome", d.Outcome))
	}
}

func levelOf(outcome string) slog.Level {
	switch outcome {
	case jwtauth.Label(nil):
		return slog.LevelDebug
	case jwtauth.Label(jwtauth.ErrKeysUnavailable), "error":
		return slog.LevelError
	default:
		return slog.LevelInfo
	}
}
