package gateway

import (
	"errors"
	"fmt"
	"strings"
	"sync"
	"time"

	"example.com/securedpets/infra/local/template"
)

const defaultStage = "$default"

// stage is a deployed stage with its limits and its access log.
type stage struct {
	name      string
	variables map[string]string
	accessLog *logFormat
	throttle  template.Throttle // of routes without their own settings
	now       func() time.Time

	mu      sync.Mutex
	buckets map[string]*bucket // by route key
}

// The limits of an account apply to stages without their own.
const (
	accountBurst = 5000
	accountRate  = 10000
)

func newStages(api template.API, now func() time.Time) (map[string]*stage, error) {
	stages := make(map[string]*stage, len(api.Stages))
	var problems []error
	for _, config := range api.Stages {
		s := &stage{name: config.Name, variables: config.Variables, buckets: map[string]*bucket{}, now: now, throttle: config.Throttle}
		for key, throttle := range config.RouteThrottle {
			s.buckets[key] = newBucket(merge(throttle, config.Throttle), now())
		}
		if config.AccessLog != "" {
			format, err := parseLogFormat(config.AccessLog)
			if err != nil {
				problems = append(problems, fmt.Errorf("%s: %w", config.LogicalID, err))
			}
			s.accessLog = format
		}
		stages[config.Name] = s
	}
	return stages, errors.Join(problems...)
}

// selectStage returns the stage named by the first segment of the path, else
// $default. Routes match the rest of the path.
func (g *Gateway) selectStage(x *exchange) *stage {
	first, _, _ := strings.Cut(x.path[1:], "/")
	if named, found := g.stages[first]; found && first != defaultStage {
		x.stagePath = x.path[1+len(first):]
		if x.stagePath == "" {
			x.stagePath = "/"
		}
		return named
	}
	x.stagePath = x.path
	return g.stages[defaultStage]
}

// allow takes a token from the route's bucket. The limit of a stage applies to
// each of its routes separately [open].
func (s *stage) allow(routeKey string) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	b, found := s.buckets[routeKey]
	if !found {
		b = newBucket(s.throttle, s.now())
		s.buckets[routeKey] = b
	}
	return b.take(s.now())
}

// merge fills the settings that a route lacks from its stage.
func merge(route, stage template.Throttle) template.Throttle {
	if route.Burst == nil {
		route.Burst = stage.Burst
	}
	if route.Rate == nil {
		route.Rate = stage.Rate
	}
	return route
}

// bucket is a token bucket that refills at rate tokens per second.
type bucket struct {
	size, rate, tokens float64
	at                 time.Time
}

func newBucket(limits template.Throttle, now time.Time) *bucket {
	b := &bucket{size: accountBurst, rate: accountRate, at: now}
	if limits.Burst != nil {
		b.size = float64(*limits.Burst)
	}
	if limits.Rate != nil {
		b.rate = *limits.Rate
	}
	if b.rate == 0 { // rate zero closes the route regardless of the burst
		b.size = 0
	}
	b.tokens = b.size
	return b
}

func (b *bucket) take(now time.Time) bool {
	if passed := now.Sub(b.at); passed > 0 {
		b.tokens = min(b.size, b.tokens+passed.Seconds()*b.rate)
		b.at = now
	}
	if b.tokens < 1 {
		return false
	}
	b.tokens--
	return true
}
