package main

import (
	"fmt"
	"net/url"
	"strings"
)

// checkOrigins refuses a value that is not an origin, and in production everything
// but exact https origins: with `*`, any page could use a stolen token.
func checkOrigins(origins []string, production bool) error {
	if len(origins) == 0 {
		return fmt.Errorf("%w: -c allowedOrigins=https://PAGE is empty", ErrOrigins)
	}
	for _, origin := range origins {
		if err := checkOrigin(origin, production); err != nil {
			return err
		}
	}
	return nil
}

func checkOrigin(origin string, production bool) error {
	if strings.Contains(origin, "*") {
		if production {
			return fmt.Errorf("%w: %q is not allowed in prod: name the page's origin", ErrOrigins, origin)
		}
		if origin == "*" {
			return nil
		}
	}
	u, err := url.Parse(origin)
	switch {
	case err != nil || u.Host == "" || (u.Scheme != "https" && u.Scheme != "http") || origin != u.Scheme+"://"+u.Host:
		return fmt.Errorf("%w: %q is not scheme://host[:port] without a slash at the end", ErrOrigins, origin)
	case production && u.Scheme != "https":
		return fmt.Errorf("%w: %q must be https in prod", ErrOrigins, origin)
	}
	return nil
}
