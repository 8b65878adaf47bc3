// Checks what the deployment tool does not: that the files fit together and keep the
// product's promises. A rule yields one sentence per fault.
const fs = require('node:fs');
const path = require('node:path');
const { runAction } = require('./action.js');
const { SCOPES, scopeRules } = require('./scopes.js');

// Who may do what. This repeats the roles and the Action on purpose: a change needs both places.
const PROMISED = {
  roles: { 'unicorn-trainer': ['list:unicorns', 'read:unicorn'], 'unicorn-rider': ['read:unicorn'] },
  database: ['update:pets'],
  social: ['purchase:pets'],
  passwordless: [],
};

const equal = (a, b) => a.length === b.length && a.every((x) => b.includes(x));
const api = (assets) => assets.resourceServers[0];
const connections = (assets) => [...assets.connections, ...assets.databases];

function promised(connection) {
  if (connection.strategy === 'auth0') return PROMISED.database;
  return connection.strategy === 'email' ? PROMISED.passwordless : PROMISED.social;
}

function* jsonFiles(folder) {
  for (const entry of fs.readdirSync(folder, { withFileTypes: true, recursive: true })) {
    const file = path.join(entry.parentPath ?? entry.path, entry.name);
    if (entry.isFile() && file.endsWith('.json') && !/node_modules|package(-lock)?\.json$/.test(file)) yield file;
  }
}

function* members(value, name = '') {
  if (value && typeof value === 'object') for (const [key, inner] of Object.entries(value)) yield* members(inner, key);
  else yield [name, value];
}

const rules = {
  *'there is one API, and it signs with RS256'(assets) {
    if (assets.resourceServers.length !== 1) yield `${assets.resourceServers.length} APIs`;
    if (api(assets).signing_alg !== 'RS256') yield `signing_alg is ${api(assets).signing_alg}`;
  },
  *'the API enforces roles and writes permissions into tokens'(assets) {
    if (api(assets).enforce_policies !== true) yield 'enforce_policies is not true: every user would get every scope';
    if (api(assets).token_dialect !== 'access_token_authz') yield `token_dialect is ${api(assets).token_dialect}`;
  },
  ...scopeRules(),
  *'a role grants permissions of the API'(assets) {
    for (const role of assets.roles) {
      for (const p of role.permissions ?? []) {
        if (p.resource_server_identifier !== api(assets).identifier) yield `${role.name}: unknown API ${p.resource_server_identifier}`;
      }
    }
  },
  *'the roles grant what was promised'(assets) {
    for (const [name, scopes] of Object.entries(PROMISED.roles)) {
      const role = assets.roles.find((r) => r.name === name);
      if (!role) yield `${name} is missing`;
      else if (!equal(role.permissions.map((p) => p.permission_name), scopes)) yield `${name} does not grant exactly ${scopes.join(' ')}`;
    }
  },
  async *'the Action grants what was promised'(assets) {
    for (const c of connections(assets)) {
      const { added } = await runAction(assets, c, SCOPES);
      if (!equal(added, promised(c))) yield `${c.name}: ${added.join(' ') || 'nothing'} instead of ${promised(c).join(' ') || 'nothing'}`;
    }
  },
  *'a grant fits a machine client and the API'(assets) {
    for (const grant of assets.clientGrants) {
      const client = assets.clients.find((c) => c.name === grant.client_id);
      if (!client) yield `unknown application ${grant.client_id}`;
      else if (!client.grant_types.includes('client_credentials')) yield `${grant.client_id} has no client_credentials`;
      if (grant.audience !== api(assets).identifier) yield `${grant.client_id}: unknown API ${grant.audience}`;
    }
  },
  *'a trigger runs Actions that exist and support it, and every Action is bound'(assets) {
    const bound = new Set();
    for (const [trigger, list] of Object.entries(assets.triggers)) {
      for (const { action_name: name } of list) {
        bound.add(name);
        const action = assets.actions.find((a) => a.name === name);
        if (!action) yield `${trigger}: unknown Action ${name}`;
        else if (!action.supported_triggers.some((t) => t.id === trigger)) yield `${trigger}: ${name} does not support it`;
        else if (action.deployed !== true) yield `${trigger}: ${name} would stay a draft`;
      }
    }
    for (const { name } of assets.actions) if (!bound.has(name)) yield `${name} is bound to no trigger`;
  },
  *'administrators, trainers and riders cannot sign up themselves'(assets) {
    const closed = (c) => c.options?.disable_signup === true;
    for (const c of connections(assets)) if (['auth0', 'email', 'sms'].includes(c.strategy) && !closed(c)) yield `${c.name}: disable_signup is not true`;
  },
  *'a connection is enabled for applications that exist and have a login'(assets) {
    for (const c of connections(assets)) {
      if ((c.enabled_clients ?? []).length === 0) yield `${c.name}: enabled for no application`;
      for (const name of c.enabled_clients ?? []) {
        const client = assets.clients.find((x) => x.name === name);
        if (!client?.grant_types.includes('authorization_code')) yield `${c.name}: enabled for ${name}`;
      }
    }
  },
  *'the page is a public client with PKCE and rotating refresh tokens'(assets) {
    for (const c of assets.clients.filter((x) => x.app_type === 'spa')) {
      if (!equal(c.grant_types, ['authorization_code', 'refresh_token'])) yield `${c.name}: grant_types are ${c.grant_types.join(' ')}`;
      if (c.token_endpoint_auth_method !== 'none') yield `${c.name}: a page cannot keep a secret`;
      if (c.oidc_conformant !== true) yield `${c.name}: oidc_conformant is not true`;
      if (c.refresh_token?.rotation_type !== 'rotating' || c.refresh_token?.infinite_token_lifetime !== false) yield `${c.name}: refresh tokens must rotate and expire`;
      if (c.cross_origin_authentication !== false) yield `${c.name}: cross_origin_authentication is not false`;
    }
  },
  *'addresses are exact: https or localhost, no wildcard, no duplicate'(assets) {
    for (const c of assets.clients) {
      for (const list of ['callbacks', 'allowed_logout_urls', 'web_origins']) {
        for (const address of c[list] ?? []) {
          const url = URL.canParse(address) && new URL(address);
          const safe = url && (url.protocol === 'https:' || url.hostname === 'localhost') && !address.includes('*');
          if (!safe || (list === 'web_origins' && url.origin !== address)) yield `${c.name}: ${list}: ${address}`;
        }
        if (new Set(c[list]).size !== (c[list] ?? []).length) yield `${c.name}: ${list}: an address is listed twice`;
      }
    }
  },
  *'every keyword has a value'(assets) {
    for (const match of JSON.stringify(assets).matchAll(/##\w+##|@@\w+@@/g)) yield `${match[0]} has no value`;
  },
  *'the files contain no secret'(_, folder) {
    for (const file of jsonFiles(folder)) {
      for (const [name, value] of members(JSON.parse(fs.readFileSync(file, 'utf8')))) {
        const secret = /secret|private|signing_?key|api_?key|^password$|access_token$/i.test(name) && typeof value === 'string';
        if (secret && !/^##\w+##$/.test(value)) yield `${path.relative(folder, file)}: ${name} must be a keyword`;
      }
    }
  },
  *'the local users belong to connections and roles of the tenant'(assets, folder) {
    const users = JSON.parse(fs.readFileSync(path.join(folder, 'users.json'), 'utf8'));
    for (const user of users) {
      const c = connections(assets).find((x) => x.name === user.connection);
      if (!c) yield `${user.as}: unknown connection ${user.connection}`;
      else if (!user.user_id.startsWith(`${c.strategy}|`)) yield `${user.as}: user_id must begin with ${c.strategy}|`;
      for (const name of user.roles) if (!assets.roles.some((r) => r.name === name)) yield `${user.as}: unknown role ${name}`;
    }
    if (new Set(users.map((u) => u.as)).size !== users.length) yield 'two users have the same name';
  },
};

/** Returns the faults of every rule. A rule that cannot run is a fault too. */
async function faults(assets, folder, checked = rules) {
  const found = [];
  for (const [rule, check] of Object.entries(checked)) {
    try {
      for await (const fault of check(assets, folder)) found.push(`${rule}: ${fault}`);
    } catch (err) {
      found.push(`${rule}: cannot be checked: ${err.message}`);
    }
  }
  return found;
}

module.exports = { faults, rules };
