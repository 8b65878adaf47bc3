// Package auth0 carries the Auth0 tenant's own files, so that the laptop's issuer obeys what production deploys.
//
// The folder is the directory format of auth0-deploy-cli: the API and its scopes, the applications, the roles, the
// connections and the post-login Action say who may do what, and nothing else does. users.json is for the laptop only:
// the deployment tool does not read it.
package auth0

import "embed"

// Files holds the tenant in the directory format of auth0-deploy-cli, and users.json.
//
//go:embed actions clients connections database-connections grants resource-servers roles triggers users.json
var Files embed.FS
