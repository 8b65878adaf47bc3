package issuer

import (
	"bytes"
	"context"
	"embed"
	"errors"
	"html/template"
	"log/slog"
	"net/http"
	"net/url"
	"strings"

	"github.com/luikyv/go-oidc/pkg/goidc"

	"example.com/securedpets/infra/local/issuer/internal/tenant"
)

const pathStyle = "/style.css"

//go:embed pages
var pageFiles embed.FS

// pages renders the issuer's HTML, without scripts.
type pages struct{ templates *template.Template }

func parsePages() (pages, error) {
	t, err := template.ParseFS(pageFiles, "pages/*.html")
	return pages{templates: t}, err
}

// show renders a page. form-action also applies to redirects after a form, so
// it includes the application's origin.
func (p pages) show(w http.ResponseWriter, status int, name, formTarget string, data any) error {
	var page bytes.Buffer
	if err := p.templates.ExecuteTemplate(&page, name, data); err != nil {
		return err
	}
	target := strings.TrimSpace("'self' " + formTarget)
	w.Header().Set("Content-Security-Policy",
		"default-src 'none'; style-src 'self'; form-action "+target+"; base-uri 'none'; frame-ancestors 'none'")
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	w.WriteHeader(status)
	_, err := page.WriteTo(w)
	return err
}

func serveStyle(w http.ResponseWriter, _ *http.Request) {
	style, _ := pageFiles.ReadFile("pages/style.css") // embedded, cannot fail
	w.Header().Set("Content-Type", "text/css; charset=utf-8")
	w.Header().Set("Cache-Control", "public, max-age=3600")
	_, _ = w.Write(style)
}

// choice is a user on the login page, with the scopes of this request.
type choice struct {
	As, Name, Email, Initial, Refused string
	Scopes                            []string
}

type group struct {
	Title, Kind string
	Choices     []choice
}

// showLogin renders the login page.
func (i *Issuer) showLogin(w http.ResponseWriter, r *http.Request, as *goidc.AuthnSession, status int, message string) (goidc.Status, error) {
	client, _ := i.tenant.Client(as.ClientID)
	hint := as.LoginHint
	if typed := r.PostFormValue("email"); typed != "" {
		hint = typed
	}
	err := i.pages.show(w, status, "login.html", originOf(as.RedirectURI), map[string]any{
		"Action": pathAuthorize + "/" + as.ID, "Application": client.Name, "Groups": i.groups(r.Context(), as),
		"Message": message, "Email": hint, "Password": localPassword, "NoAudience": len(as.Resources) == 0,
	})
	return goidc.StatusPending, err
}

// groups lists the users by connection, in the order of the users file.
func (i *Issuer) groups(ctx context.Context, as *goidc.AuthnSession) []group {
	var groups []group
	for _, user := range i.tenant.Users {
		connection := i.tenant.Connection(user)
		title := connection.DisplayName
		if len(groups) == 0 || groups[len(groups)-1].Title != title {
			groups = append(groups, group{Title: title, Kind: kindOf(connection)})
		}
		last := &groups[len(groups)-1]
		last.Choices = append(last.Choices, i.choice(ctx, as, user))
	}
	return groups
}

func (i *Issuer) choice(ctx context.Context, as *goidc.AuthnSession, user tenant.User) choice {
	c := choice{As: user.As, Name: user.Name, Email: user.Email, Initial: user.Name[:1]}
	d, err := i.decideLogin(ctx, as, user)
	if err != nil {
		c.Refused = "cannot sign in here"
		return c
	}
	for _, s := range d.Scopes {
		if strings.Contains(s, ":") {
			c.Scopes = append(c.Scopes, s)
		}
	}
	return c
}

func kindOf(c tenant.Connection) string {
	switch {
	case c.IsDatabase():
		return "database connection"
	case c.Strategy == "email":
		return "passwordless e-mail"
	default:
		return "social connection"
	}
}

// showError renders an error for which no redirect is safe.
func (i *Issuer) showError(w http.ResponseWriter, _ *http.Request, err error) error {
	shown := goidc.NewError("server_error", "internal error; see the log").WithStatusCode(http.StatusInternalServerError)
	_ = errors.As(err, &shown)
	return i.pages.show(w, shown.StatusCode(), "error.html", "", map[string]any{
		"Code": string(shown.Code), "Description": shown.Description,
	})
}

// logError logs server errors only.
func (i *Issuer) logError(ctx context.Context, err error) {
	var known goidc.Error
	if errors.As(err, &known) && known.StatusCode() < http.StatusInternalServerError {
		return
	}
	i.log.LogAttrs(ctx, slog.LevelError, "request failed", slog.String("error", err.Error()))
}

// originOf returns the origin of an address, "" if it has none.
func originOf(address string) string {
	u, err := url.Parse(address)
	if err != nil || u.Host == "" {
		return ""
	}
	return u.Scheme + "://" + u.Host
}
