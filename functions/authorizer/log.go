package main

import (
	"context"
	"io"
	"log/slog"

	"example.com/securedpets/pkg/authorizer"
	"example.com/securedpets/pkg/jwtauth"
)

// logDecisions writes one JSON line per decision. Of the caller it contains a hash of the subject,
// if the token was verified. Only an undecided request is an ERROR; a refusal is normal.
func logDecisions(w io.Writer, level slog.Level) func(context.Context, authorizer.Decision) {
	log := slog.New(slog.NewJSONHandler(w, &slog.HandlerOptions{Level: level}))
	return func(ctx context.Context, d authorizer.Decision) {
		attrs := []slog.Attr{slog.String("route", d.Route), slog.String("outcome", d.Outcome)}
		if d.SubjectHash != "" {
			attrs = append(attrs, slog.String("subjectHash", d.SubjectHash))
		}
		log.LogAttrs(ctx, levelOf(d.Outcome), "decision", attrs...)
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
