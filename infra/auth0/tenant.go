// Package auth0 embeds the files of the Auth0 tenant, so that the local issuer follows the
// same rules as production.
//
// The folder has the directory format of auth0-deploy-cli. Its API, applications, roles,
// connections and post-login Action alone decide who may do what. users.json holds the
// users of the local issuer; the deployment tool does not read it.
package auth0

import "embed"

// Files holds the tenant in the directory format of auth0-deploy-cli, and users.json.
//
//go:embed actions clients connections database-connections grants resource-servers roles triggers users.json
var Files embed.FS
