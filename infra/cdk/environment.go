package main

import (
	"fmt"

	"github.com/aws/aws-cdk-go/awscdk/v2/awslogs"
)

// Environment is what differs between dev and prod. It is chosen by -c env and has no other knob: two
// environments that can drift apart setting by setting are no rehearsal of each other.
type Environment struct {
	Name       string // dev or prod; part of the stack's name, so that one account can hold both
	Production bool   // table, page and logs outlive the stack; new versions are let in gradually

	DefaultOrigins string // of -c allowedOrigins: the laptop's page in dev, nobody's in prod
	LogLevel       string // LOG_LEVEL of the functions: info, one line for each request

	// Logs are for finding a fault, and hold who called what: a week is enough where people try things,
	// three months where a customer may ask later.
	LogRetention awslogs.RetentionDays
	PageLogDays  float64 // the same for who fetched the page: addresses are personal data

	// RefusedSurge is how many answers of 401 and 403 in five minutes wake somebody: above what expired
	// tokens and curious people cause at this rate.
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
			// No page has this origin (RFC 2606): until the page's own is given, none may call.
			DefaultOrigins: "https://page.invalid",
			LogLevel:       "info",
			LogRetention:   awslogs.RetentionDays_THREE_MONTHS,
			RefusedSurge:   1000,
			PageLogDays:    90,
		}, nil
	}
	return Environment{}, fmt.Errorf("%w: -c env=%s is neither dev nor prod", ErrEnvironment, name)
}
