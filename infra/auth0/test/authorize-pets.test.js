// Tests the post-login Action that grants update:pets and purchase:pets.
const assert = require('node:assert/strict');
const { describe, test } = require('node:test');
const { onExecutePostLogin } = require('../actions/authorize-pets/code.js');
const { identifier: API, scopes } = require('../resource-servers/secured-pets-api.json');

const EVERYTHING = ['openid', 'profile', 'email', ...scopes.map((s) => s.value)];
const DATABASE = { name: 'Username-Password-Authentication', strategy: 'auth0' };
const SOCIAL = { name: 'amazon', strategy: 'amazon' };

const event = (changes = {}) => ({
  connection: SOCIAL,
  resource_server: { identifier: API },
  transaction: { protocol: 'oidc-basic-profile', requested_scopes: EVERYTHING },
  user: { email: 'fred@example.com', email_verified: true },
  ...changes,
});

/** Runs the Action and returns the scopes it adds and removes and the claims it sets. */
async function run(ev) {
  const done = { added: [], removed: [], claims: {} };
  const accessToken = {
    addScope: (s) => done.added.push(s),
    removeScope: (s) => done.removed.push(s),
    setCustomClaim: (name, value) => (done.claims[name] = value),
  };
  await onExecutePostLogin(ev, { accessToken });
  return done;
}

describe('the connection decides', () => {
  for (const [name, connection, added] of [
    ['a database user administers', DATABASE, ['update:pets']],
    ['a user of a custom database administers', { name: 'keepers', strategy: 'auth0' }, ['update:pets']],
    ['an Amazon user buys', SOCIAL, ['purchase:pets']],
    ['a Google user buys', { name: 'google-oauth2', strategy: 'google-oauth2' }, ['purchase:pets']],
    ['an enterprise user does neither', { name: 'acme', strategy: 'samlp' }, []],
    ['an OpenID Connect enterprise user does neither', { name: 'acme', strategy: 'oidc' }, []],
    // These names equal their strategies too.
    ['a passwordless e-mail user does neither', { name: 'email', strategy: 'email' }, []],
    ['a passwordless SMS user does neither', { name: 'sms', strategy: 'sms' }, []],
    // In doubt, neither.
    ['a connection named like a database does neither', { name: 'auth0', strategy: 'samlp' }, []],
    ['a connection without a strategy does neither', { name: 'amazon' }, []],
    ['no connection does neither', undefined, []],
  ]) {
    test(name, async () => {
      const done = await run(event({ connection }));
      assert.deepEqual(done.added, added);
      assert.deepEqual(done.removed, ['update:pets', 'purchase:pets'].filter((s) => !added.includes(s)));
    });
  }
});

describe('a role that grants too much', () => {
  test('does not let a buyer administer', async () => {
    const done = await run(event({ authorization: { roles: ['everything'] } }));
    assert.ok(done.removed.includes('update:pets'));
  });
  test('does not let an administrator buy', async () => {
    const done = await run(event({ connection: DATABASE, authorization: { roles: ['everything'] } }));
    assert.ok(done.removed.includes('purchase:pets'));
  });
  test('scopes of roles are not changed', async () => {
    const done = await run(event());
    for (const s of ['read:unicorn', 'list:unicorns']) assert.ok(!done.added.includes(s) && !done.removed.includes(s));
  });
});

describe('what was not requested is not granted', () => {
  for (const [name, requested_scopes, added] of [
    ['both requested', ['update:pets', 'purchase:pets'], ['update:pets']],
    ['only the own one requested', ['update:pets'], ['update:pets']],
    ['only the other one requested', ['purchase:pets'], []],
    ['neither', ['openid'], []],
    ['nothing', [], []],
    ['no list', undefined, []],
    ['a longer name', ['update:pets2'], []],
  ]) {
    test(name, async () => {
      const transaction = { protocol: 'oidc-basic-profile', requested_scopes };
      assert.deepEqual((await run(event({ connection: DATABASE, transaction }))).added, added);
    });
  }
  for (const [name, body, requested_scopes, added] of [
    ['a refresh without scopes keeps the connection\'s own', {}, [], ['update:pets']],
    ['a refresh without a body too', undefined, undefined, ['update:pets']],
    // A refresh names its scopes in the body; the list of the interactive login is empty.
    ['a refresh for less gets less', { scope: 'openid read:unicorn' }, [], []],
    ['a refresh for the own scope gets it', { scope: 'openid update:pets' }, [], ['update:pets']],
    ['a refresh for the other scope does not', { scope: 'purchase:pets' }, [], []],
    ['a list is honored as well', {}, ['openid'], []],
  ]) {
    test(name, async () => {
      const transaction = { protocol: 'oauth2-refresh-token', requested_scopes };
      const done = await run(event({ connection: DATABASE, transaction, request: { body } }));
      assert.deepEqual(done.added, added);
      assert.ok(done.removed.includes('purchase:pets'));
    });
  }
  test('the body of a login is ignored', async () => {
    const transaction = { protocol: 'oidc-basic-profile', requested_scopes: ['openid'] };
    const done = await run(event({ connection: DATABASE, transaction, request: { body: { scope: 'update:pets' } } }));
    assert.deepEqual(done.added, []);
  });
});

describe('the e-mail claim', () => {
  test('carries a verified address', async () => {
    assert.deepEqual((await run(event())).claims, { [`${API}/email`]: 'fred@example.com' });
  });
  for (const [name, user] of [
    ['an unverified address', { email: 'a@example.com', email_verified: false }],
    ['an address of unknown state', { email: 'a@example.com' }],
    ['a text instead of true', { email: 'a@example.com', email_verified: 'true' }],
    ['no address', { email_verified: true }],
    ['an empty address', { email: '', email_verified: true }],
    ['no user', undefined],
  ]) {
    test(`is absent for ${name}`, async () => assert.deepEqual((await run(event({ user }))).claims, {}));
  }
});

describe('only our API', () => {
  for (const [name, resource_server] of [
    ['another audience', { identifier: 'https://api.other.example' }],
    ['our identifier with a slash', { identifier: `${API}/` }],
    ['no audience', undefined],
    ['no identifier', {}],
  ]) {
    test(`${name} is not changed`, async () => {
      assert.deepEqual(await run(event({ resource_server, connection: DATABASE })), { added: [], removed: [], claims: {} });
    });
  }
});

describe('a machine', () => {
  test('has no connection and no user, and gets no scope and no claim', async () => {
    const done = await run({ resource_server: { identifier: API }, client: { client_id: 'machine' } });
    assert.deepEqual([done.added, done.claims], [[], {}]);
  });
});
