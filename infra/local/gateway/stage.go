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

// stage is where an API is served, with its limits and its log.
type stage struct {
	name      string
	variables map[string]string
	accessLog *logFormat
	buckets   map[string]*bucket // by route key; a route without an entry uses rest
	now       func() time.Time
	rest      template.Throttle

	mu sync.Mutex // guards buckets
}

// The limits of an account, which count where a stage has none.
const (
	accountBurst = 5000
	accountRate  = 10000
)

func newStages(api template.API, now func() time.Time) (map[string]*stage, error) {
	stages := make(map[string]*stage, len(api.Stages))
	var problems []error
	for _, of := range api.Stages {
		s := &stage{name: of.Name, variables: of.Variables, buckets: map[string]*bucket{}, now: now, rest: of.Throttle}
		for key, throttle := range of.RouteThrottle {
			s.buckets[key] = newBucket(merge(throttle, of.Throttle), now())
		}
		if of.AccessLog != "" {
			format, err := parseLogFormat(of.AccessLog)
			if err != nil {
				problems = append(problems, fmt.Errorf("%s: %w", of.LogicalID, err))
			}
			s.accessLog = format
		}
		stages[of.Name] = s
	}
	return stages, errors.Join(problems...)
}

// selectStage gives a named stage to a path whose first segment is its name, else $default; the rest of the path
// is matched against the routes.
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

// allow takes a token from the route's bucket. Every route has one of its own; what a stage says is the
// limit of each of its routes [open].
func (s *stage) allow(routeKey string) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	b, found := s.buckets[routeKey]
	if !found {
		b = newBucket(s.rest, s.now())
		s.buckets[routeKey] = b
	}
	return b.take(s.now())
}

// merge lets a route's settings win over the stage's.
func merge(route, rest template.Throttle) template.Throttle {
	if route.Burst == nil {
		route.Burst = rest.Burst
	}
	if route.Rate == nil {
		route.Rate = rest.Rate
	}
	return route
}

// bucket is a token bucket: burst is its size, rate how fast it fills.
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
	if b.rate == 0 { // a rate of zero closes a route, whatever the burst
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
