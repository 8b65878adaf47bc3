package main

import (
	"fmt"

	"github.com/aws/aws-cdk-go/awscdk/v2/awslogs"
)

// Environment is what differs between dev and prod. It is chosen by -c env as a
// whole: environments that differ setting by setting are not a rehearsal of each
// other.
type Environment struct {
	Name       string // dev or prod; part of the stack's name, so that one account can hold both
	Production bool   // table, page and logs outlive the stack; new versions are deployed gradually

	DefaultOrigins string // of -c allowedOrigins: the laptop's page in dev, none in prod
	LogLevel       string // of the functions; info is one line for each request

	// LogRetention is short in dev. In prod, a question about a request may come
	// months later.
	LogRetention awslogs.RetentionDays
	PageLogDays  float64 // the same for the page's access log; IP addresses are personal data

	// RefusedSurge is the number of 401 and 403 in five minutes that raises an
	// alarm: more than expired tokens and scanners cause.
	RefusedSurge float64
}

func newEnvironment(name string) (Environment, error) {
	switch name {
	case "dev":
		return Environment{
			Name:           name,
			DefaultOrigins: "http://localhost:3000",
			LogLevel:       "info",
			LogRetention:   awslogs.RetentionDays_ONE_WEEK,
			RefusedSurge:   100,
			PageLogDays:    7,
		}, nil
	case "prod":
		return Environment{
			Name:       name,
			Production: true,
			// No page has this origin (RFC 2606): until the real one is given, no
			// page may call.
			DefaultOrigins: "https://page.invalid",
			LogLevel:       "info",
			LogRetention:   awslogs.RetentionDays_THREE_MONTHS,
			RefusedSurge:   1000,
			PageLogDays:    90,
		}, nil
	}
	return Environment{}, fmt.Errorf("%w: -c env=%s is neither dev nor prod", ErrEnvironment, name)
}
