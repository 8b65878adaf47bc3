// The token endpoint: codes, refresh tokens, machines, key rotation, CORS and
// bad requests.
import assert from 'node:assert/strict';
import { before, describe, test } from 'node:test';
import * as client from 'openid-client';
import { createRemoteJWKSet, decodeJwt, decodeProtectedHeader, jwtVerify } from 'jose';
import { API, CALLBACK, ROTATE, discover, discoverMachine, ISSUER, login, PAGE, request, tokenRequest } from './issuer.js';
import { Browser } from './browser.js';

let config;
before(async () => {
  config = await discover();
});

const exchange = (location, verifier, overrides = {}) =>
  tokenRequest({
    grant_type: 'authorization_code', client_id: 'secured-pets-web', code: location.searchParams.get('code'),
    redirect_uri: CALLBACK, code_verifier: verifier, ...overrides,
  });

async function code(as = 'admin') {
  const { url, checks } = await request(config);
  return { location: await new Browser().signIn(url, as), verifier: checks.pkceCodeVerifier };
}

describe('codes', () => {
  test('work once; a second use is invalid_grant and revokes the refresh token', async () => {
    const { location, verifier } = await code();
    const first = await exchange(location, verifier);
    assert.equal(first.status, 200);
    const second = await exchange(location, verifier);
    assert.deepEqual([second.status, second.body.error], [400, 'invalid_grant']);
    await assert.rejects(client.refreshTokenGrant(config, first.body.refresh_token), { error: 'invalid_grant' });
    assert.equal((await exchange(location, verifier)).body.error, 'invalid_grant');
  });
  for (const [name, overrides] of Object.entries({
    'the wrong verifier': { code_verifier: 'x'.repeat(43) },
    'a short verifier': { code_verifier: 'short' },
    'no verifier': { code_verifier: '' },
    'another redirect_uri': { redirect_uri: `${PAGE}/other` },
    'an unknown code': { code: 'unknown' },
  })) {
    test(`with ${name} are invalid_grant`, async () => {
      const { location, verifier } = await code();
      const { status, body } = await exchange(location, verifier, overrides);
      assert.deepEqual([status, body.error], [400, 'invalid_grant']);
    });
  }
  test('are redeemed once by concurrent requests', async () => {
    const { location, verifier } = await code();
    const responses = await Promise.all(Array.from({ length: 10 }, () => exchange(location, verifier)));
    assert.equal(responses.filter((a) => a.status === 200).length, 1);
  });
  test('of another client are refused', async () => {
    const { location, verifier } = await code();
    const { status } = await exchange(location, verifier, { client_id: 'secured-pets-machine', client_secret: process.env.MACHINE_SECRET });
    assert.ok(status >= 400);
  });
  test('scope at the exchange cannot widen the grant', async () => {
    const { location, verifier } = await code('rider');
    const { body } = await exchange(location, verifier, { scope: 'update:pets list:unicorns' });
    assert.equal(decodeJwt(body.access_token).scope, 'openid profile email offline_access read:unicorn');
  });
});

describe('refresh tokens', () => {
  test('are only given for offline_access', async () => {
    const { tokens } = await login(config, 'buyer', { scope: 'openid purchase:pets' });
    assert.equal(tokens.refresh_token, undefined);
  });
  test('rotate, and keep the scopes, the Action\'s included', async () => {
    const { tokens } = await login(config, 'admin');
    const fresh = await client.refreshTokenGrant(config, tokens.refresh_token);
    assert.notEqual(fresh.refresh_token, tokens.refresh_token);
    assert.equal(fresh.scope, tokens.scope);
    assert.ok(decodeJwt(fresh.access_token).scope.includes('update:pets'));
    assert.equal(decodeJwt(fresh.access_token)[`${API}/email`], 'ada@securedpets.example');
  });
  test('used twice revoke the whole family', async () => {
    const { tokens } = await login(config, 'admin');
    const fresh = await client.refreshTokenGrant(config, tokens.refresh_token);
    await assert.rejects(client.refreshTokenGrant(config, tokens.refresh_token), { error: 'invalid_grant' });
    await assert.rejects(client.refreshTokenGrant(config, fresh.refresh_token), { error: 'invalid_grant' });
  });
  test('narrow on request; the next one has the whole grant', async () => {
    const { tokens } = await login(config, 'trainer');
    const narrow = await client.refreshTokenGrant(config, tokens.refresh_token, { scope: 'openid read:unicorn' });
    assert.equal(decodeJwt(narrow.access_token).scope, 'openid read:unicorn');
    const whole = await client.refreshTokenGrant(config, narrow.refresh_token);
    assert.equal(whole.scope, tokens.scope);
  });
  test('never widen: a scope outside the grant is invalid_scope', async () => {
    const { tokens } = await login(config, 'rider');
    await assert.rejects(client.refreshTokenGrant(config, tokens.refresh_token, { scope: 'list:unicorns' }), { error: 'invalid_scope' });
  });
  test('an Action adds no scope that the login did not request', async () => {
    const { tokens } = await login(config, 'admin', { scope: 'openid offline_access' });
    const fresh = await client.refreshTokenGrant(config, tokens.refresh_token);
    assert.equal(decodeJwt(fresh.access_token).scope, 'openid offline_access');
  });
  test('of another client are refused', async () => {
    const { tokens } = await login(config, 'admin');
    const { status } = await tokenRequest({ grant_type: 'refresh_token', client_id: 'secured-pets-machine', client_secret: process.env.MACHINE_SECRET, refresh_token: tokens.refresh_token });
    assert.ok(status >= 400);
  });
  test('can be revoked, and revoking garbage is 200 (RFC 7009)', async () => {
    const { tokens } = await login(config, 'buyer');
    await client.tokenRevocation(config, tokens.refresh_token);
    await assert.rejects(client.refreshTokenGrant(config, tokens.refresh_token), { error: 'invalid_grant' });
    await client.tokenRevocation(config, 'garbage');
  });
  test('the ID token of a refresh is for the same user', async () => {
    const { tokens } = await login(config, 'buyer');
    const fresh = await client.refreshTokenGrant(config, tokens.refresh_token);
    assert.equal(fresh.claims().sub, tokens.claims().sub);
    assert.equal(fresh.claims().auth_time, tokens.claims().auth_time);
  });
});

describe('machines', () => {
  test('get their grant, with gty and without a user', async () => {
    const tokens = await client.clientCredentialsGrant(await discoverMachine(), { audience: API });
    const claims = decodeJwt(tokens.access_token);
    assert.equal(claims.sub, 'secured-pets-machine@clients');
    assert.equal(claims.gty, 'client-credentials');
    assert.equal(claims.scope, 'read:unicorn list:unicorns');
    assert.equal(claims.aud, API);
    assert.equal(tokens.refresh_token, undefined);
  });
  test('get less on request and never more than the grant', async () => {
    const machine = await discoverMachine();
    const claims = decodeJwt((await client.clientCredentialsGrant(machine, { audience: API, scope: 'read:unicorn purchase:pets' })).access_token);
    assert.equal(claims.scope, 'read:unicorn');
  });
  test('with a wrong secret are invalid_client 401', async () => {
    const { status, body } = await tokenRequest({ grant_type: 'client_credentials', client_id: 'secured-pets-machine', client_secret: 'wrong', audience: API });
    assert.deepEqual([status, body.error], [401, 'invalid_client']);
  });
  for (const [name, audience] of Object.entries({ 'no audience': undefined, 'an unknown audience': 'https://api.example/' })) {
    test(`with ${name} are invalid_target`, async () => {
      await assert.rejects(client.clientCredentialsGrant(await discoverMachine(), audience ? { audience } : {}), { error: 'invalid_target' });
    });
  }
  test('the page is not a machine', async () => {
    const { status, body } = await tokenRequest({ grant_type: 'client_credentials', client_id: 'secured-pets-web', audience: API });
    assert.deepEqual([status, body.error], [401, 'unauthorized_client']);
  });
  test('have no login', async () => {
    const { url } = await request(await discoverMachine());
    const { status, location } = await new Browser().open(url);
    assert.deepEqual([status, location], [401, null]);
  });
});

describe('bad requests to the token endpoint', () => {
  for (const [name, form, expected] of [
    ['an unknown grant type', { grant_type: 'password', client_id: 'secured-pets-web' }, 'unsupported_grant_type'],
    ['no grant type', { client_id: 'secured-pets-web' }, 'unsupported_grant_type'],
    ['no client', { grant_type: 'authorization_code', code: 'x' }, 'invalid_client'],
    ['an unknown client', { grant_type: 'authorization_code', code: 'x', client_id: 'evil' }, 'invalid_client'],
  ]) {
    test(`${name} is ${expected}`, async () => {
      const { status, body, headers } = await tokenRequest(form);
      assert.equal(body.error, expected);
      assert.ok(status === 400 || status === 401);
      assert.match(headers.get('cache-control'), /no-store/);
    });
  }
  test('a repeated parameter is invalid_request', async () => {
    const response = await fetch(`${ISSUER}oauth/token`, { method: 'POST', body: new URLSearchParams('grant_type=refresh_token&grant_type=password') });
    assert.equal((await response.json()).error, 'invalid_request');
  });
  test('a JSON body is invalid_request', async () => {
    const response = await fetch(`${ISSUER}oauth/token`, { method: 'POST', body: '{}', headers: { 'content-type': 'application/json' } });
    assert.deepEqual([response.status, (await response.json()).error], [400, 'invalid_request']);
  });
});

describe('bad requests to the authorization endpoint', () => {
  for (const [name, overrides, expected] of [
    ['response_type=token', { response_type: 'token' }, 'unsupported_response_type'],
    ['no PKCE', { code_challenge: undefined, code_challenge_method: undefined }, 'invalid_request'],
    ['plain PKCE', { code_challenge_method: 'plain' }, 'invalid_request'],
    ['a challenge of the wrong shape', { code_challenge: 'short' }, 'invalid_request'],
    ['an unknown audience', { audience: 'https://api.example/' }, 'invalid_target'],
    ['an unknown prompt', { prompt: 'none login' }, 'invalid_request'],
    ['a broken max_age', { max_age: 'soon' }, 'invalid_request'],
    ['a request object', { request: 'x' }, 'request_not_supported'],
  ]) {
    test(`${name} is redirected to the application: ${expected}`, async () => {
      const { url, checks } = await request(config, overrides);
      const { location } = await new Browser().open(url);
      assert.equal(`${location.origin}${location.pathname}`, CALLBACK);
      await assert.rejects(client.authorizationCodeGrant(config, location, checks), { error: expected });
    });
  }
  for (const [name, overrides] of Object.entries({
    'an unlisted address': { redirect_uri: 'https://evil.example/' },
    'a listed address with a path': { redirect_uri: `${PAGE}/evil` },
    'a listed address with a query': { redirect_uri: `${PAGE}/?x=1` },
    'a listed address with an empty fragment': { redirect_uri: `${PAGE}/#` },
    'a listed address in another case': { redirect_uri: 'HTTP://localhost:3000/' },
    'another port': { redirect_uri: 'http://localhost:3001/' },
    'a user before the host': { redirect_uri: 'http://localhost:3000@evil.example/' },
    'a script': { redirect_uri: 'javascript:alert(1)' },
    'no address': { redirect_uri: undefined },
    'an unknown client': { client_id: 'evil' },
  })) {
    test(`${name} is an error page and no redirect`, async () => {
      for (const extra of [{}, { prompt: 'none' }, { response_type: 'token' }]) {
        const { url } = await request(config, { ...overrides, ...extra });
        const { status, location, page } = await new Browser().open(url);
        assert.ok(status === 400 || status === 401, `status ${status}`);
        assert.equal(location, null);
        assert.match(page, /cannot continue/);
      }
    });
  }
  test('a repeated redirect_uri is an error page', async () => {
    const { url } = await request(config);
    const { status, location } = await new Browser().open(`${url}&redirect_uri=https://evil.example/`);
    assert.deepEqual([status, location], [400, null]);
  });
  test('POST works as GET does', async () => {
    const { url } = await request(config);
    const form = Object.fromEntries(url.searchParams);
    const response = await new Browser().go(`${url.origin}${url.pathname}`, { form });
    assert.equal(response.status, 200);
    assert.match(await response.text(), /Choose who you are/);
  });
});

describe('rotation of the signing key', () => {
  test('existing tokens stay valid, new ones have a new key', async () => {
    const before = (await login(config, 'buyer')).tokens;
    assert.equal((await fetch(ROTATE, { method: 'POST' })).status, 204);
    const after = (await login(config, 'buyer')).tokens;
    assert.notEqual(decodeProtectedHeader(before.access_token).kid, decodeProtectedHeader(after.access_token).kid);
    const keys = createRemoteJWKSet(new URL(config.serverMetadata().jwks_uri));
    for (const token of [before.access_token, before.id_token, after.access_token, after.id_token]) {
      await jwtVerify(token, keys, { issuer: ISSUER, algorithms: ['RS256'] });
    }
    await client.fetchUserInfo(config, before.access_token, before.claims().sub);
    await client.refreshTokenGrant(config, before.refresh_token);
  });
});

describe('CORS', () => {
  const paths = ['.well-known/openid-configuration', '.well-known/jwks.json', 'oauth/token', 'oauth/revoke', 'userinfo'];
  for (const path of paths) {
    test(`${path} is open to the page only`, async () => {
      const preflight = (origin) => fetch(`${ISSUER}${path}`, { method: 'OPTIONS', headers: { origin, 'access-control-request-method': 'POST' } });
      const page = await preflight(PAGE);
      assert.deepEqual([page.status, page.headers.get('access-control-allow-origin')], [204, PAGE]);
      for (const origin of ['https://evil.example', 'null', 'http://localhost:3001', `${PAGE}.evil.example`]) {
        assert.equal((await preflight(origin)).headers.get('access-control-allow-origin'), null, origin);
      }
      assert.equal(page.headers.get('access-control-allow-credentials'), null);
      assert.match(page.headers.get('vary'), /Origin/);
    });
  }
  test('the login page has no CORS headers', async () => {
    const { url } = await request(config);
    const response = await new Browser().go(url, { headers: { origin: PAGE } });
    assert.equal(response.headers.get('access-control-allow-origin'), null);
  });
});
