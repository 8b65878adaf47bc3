package tenant_test

import (
	"errors"
	"io/fs"
	"slices"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/google/go-cmp/cmp"

	"example.com/securedpets/infra/auth0"
	"example.com/securedpets/infra/local/issuer/internal/tenant"
)

const api = "https://api.securedpets.example"

var allScopes = []string{"openid", "profile", "email", "offline_access", "update:pets", "purchase:pets", "read:unicorn", "list:unicorns"}

// change is one edit of the tenant's files.
type change struct{ file, from, to string }

const (
	action   = "actions/authorize-pets/code.js"
	users    = "users.json"
	trainer  = "roles/unicorn-trainer.json"
	database = "database-connections/Username-Password-Authentication/database.json"
)

// files returns the real tenant with edits.
func files(t *testing.T, changes ...change) fs.FS {
	t.Helper()
	edited := fstest.MapFS{}
	err := fs.WalkDir(auth0.Files, ".", func(name string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		raw, err := fs.ReadFile(auth0.Files, name)
		edited[name] = &fstest.MapFile{Data: raw}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range changes {
		before := string(edited[c.file].Data)
		after := strings.ReplaceAll(before, c.from, c.to)
		if before == after {
			t.Fatalf("%s no longer contains %q", c.file, c.from)
		}
		edited[c.file] = &fstest.MapFile{Data: []byte(after)}
	}
	return edited
}

func load(t *testing.T, changes ...change) *tenant.Tenant {
	t.Helper()
	loaded, err := tenant.Load(files(t, changes...), []string{"http://localhost:3000"})
	if err != nil {
		t.Fatal(err)
	}
	return loaded
}

func login(t *testing.T, in *tenant.Tenant, as string, adjust func(*tenant.Login)) (tenant.Decision, error) {
	t.Helper()
	web, okClient := in.Client("secured-pets-web")
	user, okUser := in.UserAs(as)
	if !okClient || !okUser {
		t.Fatalf("no page or no user %q", as)
	}
	l := tenant.Login{Client: web, User: user, Audience: api, Scopes: allScopes}
	if adjust != nil {
		adjust(&l)
	}
	return in.Login(t.Context(), l)
}

func granted(d tenant.Decision) string {
	apiScopes := slices.DeleteFunc(slices.Clone(d.Scopes), func(s string) bool { return !strings.Contains(s, ":") })
	return strings.Join(apiScopes, " ")
}

// body inserts code at the start of the Action's body.
func body(code string) change {
	return change{action, "exports.onExecutePostLogin = async (event, api) => {", "exports.onExecutePostLogin = async (event, api) => {" + code}
}

func TestLogin(t *testing.T) {
	scopes := func(s ...string) func(*tenant.Login) { return func(l *tenant.Login) { l.Scopes = s } }
	refresh := func(requested []string, has ...string) func(*tenant.Login) {
		return func(l *tenant.Login) { l.Refresh, l.Scopes, l.Granted = true, requested, has }
	}
	for name, c := range map[string]struct {
		as     string
		edit   []change
		adjust func(*tenant.Login)
		want   string
	}{
		// The connection grants the pets scopes, the roles the unicorn scopes.
		"admin":   {as: "admin", want: "update:pets"},
		"buyer":   {as: "buyer", want: "purchase:pets"},
		"trainer": {as: "trainer", want: "read:unicorn list:unicorns"},
		"rider":   {as: "rider", want: "read:unicorn"},
		"nobody":  {as: "nobody", want: ""},
		"a trainer of the database connection is both": {
			as: "trainer", edit: []change{{users, `"connection": "email"`, `"connection": "Username-Password-Authentication"`}},
			want: "update:pets read:unicorn list:unicorns",
		},
		"an enterprise connection grants nothing": {
			as: "buyer", edit: []change{{"connections/amazon.json", `"strategy": "amazon"`, `"strategy": "samlp"`}}, want: "",
		},

		// A role cannot grant the pets scopes.
		"a role with update:pets":   {as: "trainer", edit: []change{{trainer, "list:unicorns", "update:pets"}}, want: "read:unicorn"},
		"a role with purchase:pets": {as: "trainer", edit: []change{{trainer, "list:unicorns", "purchase:pets"}}, want: "read:unicorn"},
		"a role for another API":    {as: "rider", edit: []change{{"roles/unicorn-rider.json", api, "https://other.example"}}, want: ""},

		// Only requested and known scopes are granted.
		"nothing requested":          {as: "admin", adjust: scopes(), want: ""},
		"other scopes requested":     {as: "admin", adjust: scopes("purchase:pets", "read:unicorn"), want: ""},
		"an unknown scope":           {as: "admin", adjust: scopes("update:pets", "fly:unicorn"), want: "update:pets"},
		"a scope requested twice":    {as: "admin", adjust: scopes("update:pets", "update:pets"), want: "update:pets"},
		"no audience, so no API":     {as: "trainer", adjust: func(l *tenant.Login) { l.Audience = "" }, want: ""},
		"policies not enforced":      {as: "nobody", edit: []change{{"resource-servers/secured-pets-api.json", `"enforce_policies": true`, `"enforce_policies": false`}}, want: "read:unicorn list:unicorns"},
		"a scope added by an Action": {as: "nobody", edit: []change{body("api.accessToken.addScope('list:unicorns');")}, adjust: scopes("openid"), want: "list:unicorns"},

		// A refresh never widens the grant.
		"a refresh without scopes":             {as: "admin", adjust: refresh(nil, allScopes...), want: "update:pets"},
		"a refresh without the Action's scope": {as: "admin", adjust: refresh([]string{"openid"}, allScopes...), want: ""},
		"a refresh for the Action's scope":     {as: "admin", adjust: refresh([]string{"update:pets"}, allScopes...), want: "update:pets"},
		"a refresh for less":                   {as: "trainer", adjust: refresh([]string{"read:unicorn"}, allScopes...), want: "read:unicorn"},
		"a refresh for more than was granted":  {as: "trainer", adjust: refresh([]string{"list:unicorns"}, "openid"), want: ""},
		"a refresh of a login without it":      {as: "admin", adjust: refresh(nil, "openid"), want: ""},
	} {
		t.Run(name, func(t *testing.T) {
			d, err := login(t, load(t, c.edit...), c.as, c.adjust)
			if err != nil {
				t.Fatal(err)
			}
			if got := granted(d); got != c.want {
				t.Errorf("granted %q, want %q", got, c.want)
			}
		})
	}
}

func TestEmailClaim(t *testing.T) {
	verified := map[string]any{api + "/email": "fred@bedrock.example"}
	for name, c := range map[string]struct {
		edit   []change
		adjust func(*tenant.Login)
		want   map[string]any
	}{
		"verified":    {want: verified},
		"unverified":  {edit: []change{{users, `"email_verified": true`, `"email_verified": false`}}},
		"no audience": {adjust: func(l *tenant.Login) { l.Audience = "" }},
		"claims of the issuer": {
			edit: []change{body("for (const c of ['iss', 'sub', 'aud', 'exp', 'scope', 'permissions', 'gty', 'azp']) api.accessToken.setCustomClaim(c, 'x');")},
			want: verified,
		},
	} {
		t.Run(name, func(t *testing.T) {
			d, err := login(t, load(t, c.edit...), "buyer", c.adjust)
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(c.want, d.AccessClaims); diff != "" {
				t.Errorf("claims (-want +got):\n%s", diff)
			}
		})
	}
}

func TestLoginFails(t *testing.T) {
	for name, c := range map[string]struct {
		edit   []change
		adjust func(*tenant.Login)
		want   error
	}{
		"an unknown audience":          {adjust: func(l *tenant.Login) { l.Audience = api + "/" }, want: tenant.ErrUnknownAudience},
		"a connection not enabled":     {edit: []change{{database, "Secured Pets Web", "Another App"}}, want: tenant.ErrConnection},
		"a machine's login":            {adjust: func(l *tenant.Login) { l.Client = tenant.Client{Name: "Secured Pets Machine"} }, want: tenant.ErrConnection},
		"an Action that denies":        {edit: []change{body("api.access.deny('not today');")}, want: tenant.ErrDenied},
		"an Action that throws":        {edit: []change{body("throw new Error('broken');")}, want: tenant.ErrAction},
		"an Action that hangs":         {edit: []change{body("for (;;) {}")}, want: tenant.ErrAction},
		"an Action that never ends":    {edit: []change{body("await new Promise(() => {});")}, want: tenant.ErrAction},
		"an unsupported API":           {edit: []change{body("api.user.setUserMetadata('a', 1);")}, want: tenant.ErrAction},
		"an Action that requires":      {edit: []change{body("require('https');")}, want: tenant.ErrAction},
		"an Action without handler":    {edit: []change{{action, "exports.onExecutePostLogin", "exports.onExecuteNothing"}}, want: tenant.ErrAction},
		"an Action broken on load":     {edit: []change{{action, "const API =", "missing(); const API ="}}, want: tenant.ErrAction},
		"an Action that never returns": {edit: []change{body("const f = () => f(); f();")}, want: tenant.ErrAction},
	} {
		t.Run(name, func(t *testing.T) {
			d, err := login(t, load(t, c.edit...), "admin", c.adjust)
			if !errors.Is(err, c.want) {
				t.Errorf("error %v, want %v", err, c.want)
			}
			if diff := cmp.Diff(tenant.Decision{}, d); diff != "" {
				t.Errorf("a failed login granted something:\n%s", diff)
			}
		})
	}
}

func TestActionIsStateless(t *testing.T) {
	in := load(t, body("globalThis.seen = (globalThis.seen || 0) + 1; if (globalThis.seen > 1) throw new Error('state');"))
	for range 2 {
		if _, err := login(t, in, "admin", nil); err != nil {
			t.Fatal(err)
		}
	}
}

func TestMachine(t *testing.T) {
	in := load(t)
	machine, _ := in.Client("secured-pets-machine")
	page, _ := in.Client("secured-pets-web")
	for name, c := range map[string]struct {
		client   tenant.Client
		audience string
		scopes   []string
		want     string
		wantErr  error
	}{
		"the whole grant":                {client: machine, audience: api, want: "read:unicorn list:unicorns"},
		"less on request":                {client: machine, audience: api, scopes: []string{"list:unicorns"}, want: "list:unicorns"},
		"never more than the grant":      {client: machine, audience: api, scopes: []string{"purchase:pets", "openid"}, want: ""},
		"another audience":               {client: machine, audience: "https://other.example", wantErr: tenant.ErrUnknownAudience},
		"no audience":                    {client: machine, wantErr: tenant.ErrUnknownAudience},
		"an application without a grant": {client: page, audience: api, wantErr: tenant.ErrNoGrant},
	} {
		t.Run(name, func(t *testing.T) {
			d, err := in.Machine(c.client, c.audience, c.scopes)
			if !errors.Is(err, c.wantErr) || granted(d) != c.want || len(d.Scopes) != len(strings.Fields(c.want)) {
				t.Errorf("granted %q, error %v; want %q, %v", d.Scopes, err, c.want, c.wantErr)
			}
		})
	}
}

func TestLoadRefuses(t *testing.T) {
	for name, c := range map[string]struct {
		edit change
		want string
	}{
		"broken JSON":                     {change{trainer, "{", "{{"}, trainer},
		"an API without an identifier":    {change{"resource-servers/secured-pets-api.json", `"identifier"`, `"identity"`}, "no API with an identifier"},
		"a user of an unknown connection": {change{users, `"connection": "amazon"`, `"connection": "facebook"`}, `unknown connection "facebook"`},
		"a user with an unknown role":     {change{users, "unicorn-rider", "unicorn-groom"}, `unknown role "unicorn-groom"`},
		"a trigger without its Action":    {change{"triggers/triggers.json", "authorize-pets", "authorize-cats"}, `no Action "authorize-cats"`},
		"an Action without its code":      {change{"actions/authorize-pets.json", "code.js", "gone.js"}, "gone.js"},
		"an Action that is not script":    {change{action, "async (event", "async (("}, "does not compile"},
		"no trigger at all":               {change{"triggers/triggers.json", "post-login", "pre-login"}, "no post-login Action"},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := tenant.Load(files(t, c.edit), []string{"http://localhost:3000"})
			if err == nil || !strings.Contains(err.Error(), c.want) {
				t.Errorf("error %v, want %q", err, c.want)
			}
		})
	}
	if _, err := tenant.Load(auth0.Files, nil); err == nil {
		t.Error("a tenant without the page's origin was accepted")
	}
}

func TestWebOrigins(t *testing.T) {
	in, err := tenant.Load(auth0.Files, []string{"http://localhost:4000", "http://127.0.0.1:4000"})
	if err != nil {
		t.Fatal(err)
	}
	web, _ := in.Client("secured-pets-web")
	for _, want := range []string{"http://localhost:4000/", "http://127.0.0.1:4000/"} {
		if !slices.Contains(web.Callbacks, want) || !slices.Contains(web.LogoutURLs, want) {
			t.Errorf("callbacks %v, logout %v lack %s", web.Callbacks, web.LogoutURLs, want)
		}
	}
	if slices.ContainsFunc(web.WebOrigins, func(o string) bool { return strings.Contains(o, "##") }) {
		t.Errorf("a keyword remains: %v", web.WebOrigins)
	}
}
