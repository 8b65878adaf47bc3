package tenant

import (
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"path"
	"regexp"
	"slices"
	"strings"
)

// reader collects all errors instead of stopping at the first.
type reader struct {
	files   fs.FS
	origins []string
	errs    []error
}

var keyword = regexp.MustCompile(`##\w+##|@@\w+@@`)

func (r *reader) fail(err error) {
	if err != nil {
		r.errs = append(r.errs, err)
	}
}

func readAll[T any](r *reader, patterns ...string) []T {
	var all []T
	for _, pattern := range patterns {
		names, err := fs.Glob(r.files, pattern)
		r.fail(err)
		for _, name := range names {
			all = append(all, readOne[T](r, name, r.origins[0]))
		}
	}
	return all
}

func readOne[T any](r *reader, name, origin string) T {
	var v T
	raw, err := fs.ReadFile(r.files, name)
	if err != nil {
		r.fail(fmt.Errorf("tenant: %w", err))
		return v
	}
	if err := json.Unmarshal([]byte(replaceKeywords(string(raw), origin)), &v); err != nil {
		r.fail(fmt.Errorf("tenant: %s: %w", name, err))
	}
	return v
}

// replaceKeywords inserts the page's origin. The other keywords are credentials
// of the social connection, which is not called locally.
func replaceKeywords(text, origin string) string {
	text = strings.ReplaceAll(text, "##WEB_ORIGIN##", origin)
	return keyword.ReplaceAllString(text, "not-used-locally")
}

// clients reads each application once per web origin and joins the URLs.
func (r *reader) clients() []Client {
	names, err := fs.Glob(r.files, "clients/*.json")
	r.fail(err)
	clients := make([]Client, 0, len(names))
	for _, name := range names {
		c := readOne[Client](r, name, r.origins[0])
		for _, origin := range r.origins[1:] {
			more := readOne[Client](r, name, origin)
			c.Callbacks = append(c.Callbacks, more.Callbacks...)
			c.LogoutURLs = append(c.LogoutURLs, more.LogoutURLs...)
			c.WebOrigins = append(c.WebOrigins, more.WebOrigins...)
		}
		c.ID = strings.TrimSuffix(path.Base(name), ".json")
		clients = append(clients, c)
	}
	return clients
}

func (r *reader) users() []User { return readOne[[]User](r, "users.json", r.origins[0]) }

// actions reads the Actions bound to the post-login trigger, in the order of
// the trigger.
func (r *reader) actions() []action {
	type file struct{ Name, Code string }
	type triggerFile struct {
		PostLogin []struct {
			Action string `json:"action_name"`
		} `json:"post-login"`
	}
	triggers := readOne[triggerFile](r, "triggers/triggers.json", r.origins[0])
	known := readAll[file](r, "actions/*.json")
	var bound []action
	for _, t := range triggers.PostLogin {
		i := slices.IndexFunc(known, func(f file) bool { return f.Name == t.Action })
		if i < 0 {
			r.fail(fmt.Errorf("tenant: trigger post-login: no Action %q", t.Action))
			continue
		}
		code, err := fs.ReadFile(r.files, path.Clean(known[i].Code))
		if err != nil {
			r.fail(fmt.Errorf("tenant: Action %q: %w", t.Action, err))
			continue
		}
		a, err := compile(t.Action, string(code))
		r.fail(err)
		bound = append(bound, a)
	}
	if len(bound) == 0 {
		r.fail(errors.New("tenant: no post-login Action, which grants update:pets and purchase:pets"))
	}
	return bound
}
