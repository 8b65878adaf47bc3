package main

import (
	"fmt"

	"github.com/aws/aws-cdk-go/awscdk/v2/awslogs"
)

// Environment is what differs between dev and prod. It is chosen by -c env and has no other knob: two
// environments that can drift apart setting by setting are no rehearsal of each other.
type Environment struct {
	Name           string // dev or prod; part of the stack's name
	Production     bool   // table, page and logs outlive the stack; new versions are let in gradually
	AllowedOrigins string // default of -c allowedOrigins
	LogLevel       string // LOG_LEVEL of the functions

	LogRetention  awslogs.RetentionDays
	Rate          float64 // requests a second over all routes
	Burst         float64
	PurchaseRate  float64 // a purchase is a transaction, the dearest call
	PurchaseBurst float64

	RefusedSurge float64 // answers 401 and 403 in five minutes that wake somebody
	PageLogDays  float64 // who fetched the page; addresses are personal data
}

func newEnvironment(name string) (Environment, error) {
	switch name {
	case "dev":
		return Environment{
			Name:           name,
			AllowedOrigins: "http://localhost:3000",
			LogLevel:       "info",
			LogRetention:   awslogs.RetentionDays_ONE_WEEK,
			Rate:           100,
			Burst:          200,
			PurchaseRate:   50,
			PurchaseBurst:  100,
			RefusedSurge:   100,
			PageLogDays:    7,
		}, nil
	case "prod":
		return Environment{
			Name:       name,
			Production: true,
			// No page has this origin (RFC 2606): until the page's own is given, none may call.
			AllowedOrigins: "https://page.invalid",
			LogLevel:       "info",
			LogRetention:   awslogs.RetentionDays_THREE_MONTHS,
			Rate:           1000,
			Burst:          2000,
			PurchaseRate:   200,
			PurchaseBurst:  400,
			RefusedSurge:   1000,
			PageLogDays:    90,
		}, nil
	}
	return Environment{}, fmt.Errorf("%w: -c env=%s is neither dev nor prod", ErrEnvironment, name)
}
