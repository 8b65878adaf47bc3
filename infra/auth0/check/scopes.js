// Checks that the tenant and the contract of the API name the same scopes.
const fs = require('node:fs');
const path = require('node:path');
const { runAction } = require('./action.js');

const CONTRACT = 'functions/contract/scope.go';

/** The scopes of the contract, read from the OpenAPI document generated from it. */
const { securitySchemes } = require('../../../functions/contract/openapi.json').components;
const SCOPES = Object.keys(securitySchemes.signIn.flows.authorizationCode.scopes);

const declared = (assets) => assets.resourceServers.flatMap((api) => api.scopes.map((s) => s.value));
const granted = (assets) => assets.roles.flatMap((role) => (role.permissions ?? []).map((p) => p.permission_name));
const machine = (assets) => assets.clientGrants.flatMap((grant) => grant.scope);

/** Returns the scopes that the post-login Action adds and removes for any connection. */
async function decided(assets, scopes) {
  const results = [];
  for (const connection of [...assets.connections, ...assets.databases]) results.push(await runAction(assets, connection, scopes));
  return { added: results.flatMap((r) => r.added), removed: results.flatMap((r) => r.removed) };
}

/** Yields file and line of each scope in the tenant's files. */
function* occurrences(folder, scope) {
  for (const part of ['actions', 'grants', 'resource-servers', 'roles']) {
    for (const name of fs.readdirSync(path.join(folder, part), { recursive: true }).sort()) {
      if (!/\.(json|js)$/.test(name)) continue;
      const lines = fs.readFileSync(path.join(folder, part, name), 'utf8').split('\n');
      for (const [i, line] of lines.entries()) {
        if (line.includes(`'${scope}'`) || line.includes(`"${scope}"`)) yield `${part}/${name}:${i + 1}`;
      }
    }
  }
}

/** The rules on scopes; each yields one sentence per fault. */
const scopeRules = (scopes = SCOPES) => ({
  async *'the tenant names only scopes of the contract'(assets, folder) {
    const { added, removed } = await decided(assets, scopes);
    for (const scope of new Set([...declared(assets), ...granted(assets), ...machine(assets), ...added, ...removed])) {
      if (scopes.includes(scope)) continue;
      for (const place of occurrences(folder, scope)) yield `${place}: scope "${scope}" is not in ${CONTRACT}`;
    }
  },
  *'the API declares every scope of the contract'(assets) {
    for (const scope of scopes) {
      if (!declared(assets).includes(scope)) yield `resource-servers/secured-pets-api.json: "scopes" lacks "${scope}" of ${CONTRACT}`;
    }
  },
  async *'a role or a connection grants every scope of the contract'(assets) {
    const { added } = await decided(assets, scopes);
    for (const scope of scopes) {
      if ([...granted(assets), ...added].includes(scope)) continue;
      yield `scope "${scope}" of ${CONTRACT} is in "permissions" of no roles/*.json, and actions/authorize-pets/code.js adds it for no connection`;
    }
  },
  // An Action can remove a scope from "scope" but not from "permissions".
  async *'no role grants a scope that the Action decides'(assets, folder) {
    const { added, removed } = await decided(assets, scopes);
    for (const scope of new Set([...added, ...removed])) {
      if (!granted(assets).includes(scope)) continue;
      for (const place of occurrences(folder, scope)) if (place.startsWith('roles/')) yield `${place}: the Action decides "${scope}"`;
    }
  },
});

module.exports = { SCOPES, scopeRules };
