// Tests the check with deliberate faults, each in a copy of the tenant.
const assert = require('node:assert/strict');
const fs = require('node:fs');
const os = require('node:os');
const path = require('node:path');
const { test } = require('node:test');
const { load } = require('../check/load.js');
const { faults } = require('../check/rules.js');
const { SCOPES, scopeRules } = require('../check/scopes.js');

const TENANT = path.join(__dirname, '..');
const PARTS = ['actions', 'clients', 'connections', 'database-connections', 'grants', 'resource-servers', 'roles', 'triggers', 'users.json'];

function copy(t) {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'tenant-'));
  t.after(() => fs.rmSync(folder, { recursive: true }));
  for (const part of PARTS) fs.cpSync(path.join(TENANT, part), path.join(folder, part), { recursive: true });
  return folder;
}

const check = (folder) => load(folder).then((assets) => faults(assets, folder), (err) => [err.message]);

/** Changes one JSON file. */
const edit = (file, change) => (folder) => {
  const name = path.join(folder, file);
  const value = JSON.parse(fs.readFileSync(name, 'utf8'));
  change(value);
  fs.writeFileSync(name, JSON.stringify(value));
};

/** Changes one file as text. */
const replace = (file, from, to) => (folder) => {
  const name = path.join(folder, file);
  const text = fs.readFileSync(name, 'utf8');
  assert.ok(text.includes(from), `${file} no longer contains ${from}`);
  fs.writeFileSync(name, text.replaceAll(from, to));
};

const API = 'resource-servers/secured-pets-api.json';
const WEB = 'clients/secured-pets-web.json';
const GRANT = 'grants/secured-pets-machine.json';
const TRAINER = 'roles/unicorn-trainer.json';
const DATABASE = 'database-connections/Username-Password-Authentication/database.json';
const CODE = 'actions/authorize-pets/code.js';

test('the tenant itself has no fault', async (t) => assert.deepEqual(await check(copy(t)), []));

for (const [name, fault, named] of [
  // Found by the deployment tool's loader, schemas and handlers.
  ['broken JSON', replace(WEB, '{', '{{'), /JSON|parse|Unexpected/i],
  ['an API without an identifier', edit(API, (v) => delete v.identifier), /identifier/],
  ['an Action without code', edit('actions/authorize-pets.json', (v) => delete v.code), /cannot be checked/],
  ['an Action whose file is missing', edit('actions/authorize-pets.json', (v) => (v.code = './actions/gone.js')), /gone\.js/],
  ['a grant type as text', edit(WEB, (v) => (v.grant_types = 'authorization_code')), /grant_types/],
  ['two roles of one name', edit('roles/unicorn-rider.json', (v) => (v.name = 'unicorn-trainer')), /same name/],
  ['a grant without an application', edit(GRANT, (v) => delete v.client_id), /client_id/],
  ['an unreadable database', replace(DATABASE, '{', '{{'), /Skipping database/],
  ['an e-mail template that is missing', (f) => fs.rmSync(path.join(f, 'connections/email.html')), /email\.html/],
  // Files that do not fit together.
  ['a role with an unknown scope', edit(TRAINER, (v) => (v.permissions[0].permission_name = 'list:unicorn')), /roles\/unicorn-trainer\.json:\d+: scope "list:unicorn" is not in functions\/contract/],
  ['a role for an unknown API', edit(TRAINER, (v) => (v.permissions[0].resource_server_identifier += '/')), /unknown API/],
  ['a grant with an unknown scope', edit(GRANT, (v) => v.scope.push('ride:unicorn')), /grants\/secured-pets-machine\.json:\d+: scope "ride:unicorn" is not in functions\/contract/],
  ['a grant for an unknown API', edit(GRANT, (v) => (v.audience = 'https://other.example')), /unknown API https:\/\/other/],
  ['a grant for an unknown application', edit(GRANT, (v) => (v.client_id = 'Unknown')), /unknown application Unknown/],
  ['a grant for the page', edit(GRANT, (v) => (v.client_id = 'Secured Pets Web')), /no client_credentials/],
  ['a trigger with an unknown Action', replace('triggers/triggers.json', 'authorize-pets', 'authorize-cats'), /unknown Action authorize-cats/],
  ['a trigger that the Action does not support', replace('actions/authorize-pets.json', 'post-login', 'send-phone-message'), /does not support/],
  ['an Action that stays a draft', edit('actions/authorize-pets.json', (v) => (v.deployed = false)), /draft/],
  ['an Action that is not bound', edit('triggers/triggers.json', (v) => (v['post-login'] = [])), /bound to no trigger/],
  ['a connection for an unknown application', edit(DATABASE, (v) => v.enabled_clients.push('Unknown')), /enabled for Unknown/],
  ['a user of an unknown connection', replace('users.json', '"amazon"', '"facebook"'), /unknown connection facebook/],
  ['a user with the id of another connection', replace('users.json', 'amazon|', 'auth0|'), /must begin with amazon/],
  ['a user with an unknown role', replace('users.json', 'unicorn-rider', 'unicorn-groom'), /unknown role unicorn-groom/],
  // Keywords and secrets.
  ['a keyword without a value', replace(WEB, '##WEB_ORIGIN##', '##PAGE_ORIGIN##'), /##PAGE_ORIGIN## has no value/],
  ['a secret in a file', replace('connections/amazon.json', '##AMAZON_CLIENT_SECRET##', 's3cr3t'), /client_secret must be a keyword/],
  // Broken promises.
  ['sign-up for administrators', edit(DATABASE, (v) => (v.options.disable_signup = false)), /disable_signup is not true/],
  ['sign-up into the stables', edit('connections/email.json', (v) => delete v.options.disable_signup), /email: disable_signup/],
  ['roles that are not enforced', edit(API, (v) => (v.enforce_policies = false)), /enforce_policies/],
  ['another dialect', edit(API, (v) => (v.token_dialect = 'access_token')), /token_dialect/],
  ['symmetric signatures', edit(API, (v) => (v.signing_alg = 'HS256')), /signing_alg/],
  ['a scope that the API lacks', edit(API, (v) => v.scopes.pop()), /secured-pets-api\.json: "scopes" lacks "list:unicorns"/],
  ['a scope that the contract lacks', edit(API, (v) => v.scopes.push({ value: 'delete:pets' })), /resource-servers\/secured-pets-api\.json:\d+: scope "delete:pets" is not in/],
  ['an Action with an unknown scope', replace(CODE, 'update:pets', 'update:pet'), /actions\/authorize-pets\/code\.js:\d+: scope "update:pet" is not in/],
  ['a scope that no role and no connection grants', edit(TRAINER, (v) => v.permissions.shift()), /scope "list:unicorns" of .* roles\/\*\.json.* actions\/authorize-pets\/code\.js adds it for no connection/],
  ['a role that grants what the Action decides', edit(TRAINER, (v) => (v.permissions[0].permission_name = 'update:pets')), /roles\/unicorn-trainer\.json:\d+: the Action decides "update:pets"/],
  ['a rider who may list', edit('roles/unicorn-rider.json', (v) => v.permissions.push({ ...v.permissions[0], permission_name: 'list:unicorns' })), /unicorn-rider does not grant exactly read:unicorn/],
  ['the implicit grant', edit(WEB, (v) => v.grant_types.push('implicit')), /grant_types are/],
  ['refresh tokens that do not rotate', edit(WEB, (v) => (v.refresh_token.rotation_type = 'non-rotating')), /must rotate/],
  ['a wildcard address', edit(WEB, (v) => v.callbacks.push('https://*.example/')), /callbacks: https:\/\/\*/],
  ['an address without TLS', edit(WEB, (v) => v.allowed_logout_urls.push('http://pets.example/')), /allowed_logout_urls: http:/],
  ['an origin with a path', edit(WEB, (v) => v.web_origins.push('https://pets.example/')), /web_origins: https:/],
  ['an address listed twice', edit(WEB, (v) => v.callbacks.push(v.callbacks[1])), /listed twice/],
  ['an Action that makes every user an administrator', replace(CODE, "connection.strategy === 'auth0'", 'true'), /amazon: update:pets instead of purchase:pets/],
  ['an Action for another API', replace(CODE, 'api.securedpets', 'api.other'), /Username-Password-Authentication: nothing instead/],
  ['an Action that does not compile', replace(CODE, 'async (event', 'async (('), /cannot be checked/],
]) {
  test(`finds ${name}`, async (t) => {
    const folder = copy(t);
    fault(folder);
    const found = await check(folder);
    assert.ok(found.some((line) => named.test(line)), `found ${JSON.stringify(found)}`);
  });
}

test('finds a scope of the contract that the tenant neither declares nor grants', async (t) => {
  const folder = copy(t);
  const found = await faults(await load(folder), folder, scopeRules([...SCOPES, 'delete:pets']));
  assert.equal(found.length, 2);
  assert.match(found[0], /secured-pets-api\.json: "scopes" lacks "delete:pets"/);
  assert.match(found[1], /scope "delete:pets" of .* is in "permissions" of no roles/);
});
