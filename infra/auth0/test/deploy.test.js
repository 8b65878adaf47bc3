// Deploys to a tenant in memory: the first deployment creates everything, the second one
// nothing. The real Management API may accept or refuse other requests than this double.
const assert = require('node:assert/strict');
const { execFileSync } = require('node:child_process');
const fs = require('node:fs');
const os = require('node:os');
const path = require('node:path');
const { test } = require('node:test');
const { SCOPES } = require('../check/scopes.js');
const { run } = require('../deploy.js');

const ENV = { AUTH0_DOMAIN: 'tenant.invalid', AUTH0_CLIENT_ID: 'deployer', AUTH0_CLIENT_SECRET: 'sample', WEB_ORIGIN: 'https://pets.example' };

function deployments(t, ...modes) {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'double-'));
  t.after(() => fs.rmSync(folder, { recursive: true }));
  const report = path.join(folder, 'report.json');
  const script = path.join(__dirname, '..', 'double', 'run.js');
  execFileSync(process.execPath, [script, report, ...modes], { env: { ...process.env, ...ENV }, stdio: 'ignore' });
  return JSON.parse(fs.readFileSync(report, 'utf8'));
}

test('all missing settings are reported at once', async () => {
  await assert.rejects(run('deploy', {}), { message: 'set AUTH0_DOMAIN, AUTH0_CLIENT_ID, AUTH0_CLIENT_SECRET, WEB_ORIGIN in the environment' });
});

test('an invalid keyword value is reported before any request', async () => {
  await assert.rejects(run('deploy', { ...ENV, WEB_ORIGIN: 'http://pets.example' }), /addresses are exact/);
});

test('a preview writes nothing; a deployment creates the tenant; a second one creates nothing', (t) => {
  const { runs, items, details } = deployments(t, 'preview', 'deploy', 'deploy');
  const [preview, , second] = runs;
  assert.deepEqual(preview.writes, []);
  assert.ok(preview.reads > 5);
  // The tool always writes permissions of roles and deployments of Actions again.
  const repeated = ([method, at]) => method === 'PATCH' || /\/permissions$|\/deploy$/.test(at);
  assert.deepEqual(second.writes.filter((write) => !repeated(write)), []);

  const [web] = items.clients.filter((c) => c.app_type === 'spa');
  const [machine] = items.clients.filter((c) => c.app_type !== 'spa');
  assert.deepEqual(web.callbacks, ['https://pets.example/', 'http://localhost:3000/']);
  assert.deepEqual(items['resource-servers'].map((a) => [a.identifier, a.enforce_policies, a.scopes.map((s) => s.value).sort()]), [['https://api.securedpets.example', true, SCOPES.toSorted()]]);
  assert.deepEqual(items['client-grants'].map((g) => [g.client_id, g.scope]), [[machine.client_id, ['read:unicorn', 'list:unicorns']]]);
  const signups = Object.fromEntries(items.connections.map((c) => [c.name, c.options.disable_signup]));
  assert.deepEqual(signups, { 'Username-Password-Authentication': true, amazon: undefined, email: true });
  const [trainer] = items.roles.filter((r) => r.name === 'unicorn-trainer');
  assert.deepEqual(details[`roles/${trainer.id}/permissions`].permissions.map((p) => p.permission_name).sort(), ['list:unicorns', 'read:unicorn']);
  assert.equal(details['actions/triggers/post-login/bindings'].bindings[0].ref.value, 'authorize-pets');
  assert.ok(items['actions/actions'][0].code.includes('onExecutePostLogin'));
  for (const c of items.connections) {
    assert.deepEqual(details[`connections/${c.id}/clients`], [{ client_id: web.client_id, status: true }], c.name);
  }
});
