// Login and token claims with openid-client, which checks issuer, state, nonce,
// PKCE, algorithms and signatures.
import assert from 'node:assert/strict';
import { before, describe, test } from 'node:test';
import * as client from 'openid-client';
import { createRemoteJWKSet, decodeJwt, decodeProtectedHeader, jwtVerify } from 'jose';
import { API, CALLBACK, discover, ISSUER, login, PAGE, request } from './issuer.js';
import { Browser } from './browser.js';

let config;
before(async () => {
  config = await discover();
});

const apiScopes = (scope) => scope.split(' ').filter((s) => s.includes(':'));

describe('discovery', () => {
  test('the issuer keeps its slash and no endpoint has two', () => {
    const metadata = config.serverMetadata();
    assert.equal(metadata.issuer, ISSUER);
    for (const [name, value] of Object.entries(metadata)) {
      if (name.endsWith('_endpoint') || name === 'jwks_uri') assert.match(value, /^http:\/\/localhost:\d+\/[^/]/, name);
    }
  });
  test('lists the endpoints, and PKCE with S256 only', () => {
    const metadata = config.serverMetadata();
    for (const name of ['authorization_endpoint', 'token_endpoint', 'jwks_uri', 'userinfo_endpoint', 'end_session_endpoint', 'revocation_endpoint']) {
      assert.ok(metadata[name], name);
    }
    assert.deepEqual(metadata.code_challenge_methods_supported, ['S256']);
    assert.deepEqual(metadata.response_types_supported, ['code']);
  });
  test('the keys are public RSA keys for signatures', async () => {
    const { keys } = await (await fetch(config.serverMetadata().jwks_uri)).json();
    assert.ok(keys.length >= 1);
    for (const key of keys) assert.deepEqual(Object.keys(key).sort(), ['alg', 'e', 'kid', 'kty', 'n', 'use']);
  });
});

describe('granted scopes', () => {
  for (const [as, expected] of Object.entries({
    admin: ['update:pets'],
    buyer: ['purchase:pets'],
    trainer: ['read:unicorn', 'list:unicorns'],
    rider: ['read:unicorn'],
    nobody: [],
  })) {
    test(`${as} requests everything and gets ${expected.join(' ') || 'nothing'}`, async () => {
      const { tokens } = await login(config, as);
      assert.deepEqual(apiScopes(tokens.scope), expected);
      assert.deepEqual(apiScopes(decodeJwt(tokens.access_token).scope), expected);
    });
  }
  test('a scope that was not requested is never granted', async () => {
    const { tokens } = await login(config, 'admin', { scope: 'openid email read:unicorn' });
    assert.equal(tokens.scope, 'openid email');
  });
  test('an unknown scope is omitted', async () => {
    const { tokens } = await login(config, 'buyer', { scope: 'openid purchase:pets fly:unicorn' });
    assert.equal(tokens.scope, 'openid purchase:pets');
  });
});

describe('the access token', () => {
  test('is a JWT that verifies with the published keys, for the API and userinfo', async () => {
    const { tokens } = await login(config, 'buyer');
    const keys = createRemoteJWKSet(new URL(config.serverMetadata().jwks_uri));
    const { payload } = await jwtVerify(tokens.access_token, keys, { issuer: ISSUER, audience: API, algorithms: ['RS256'] });
    assert.deepEqual(payload.aud, [API, `${ISSUER}userinfo`]);
    assert.equal(payload.azp, 'secured-pets-web');
    assert.equal(payload[`${API}/email`], 'fred@bedrock.example');
    assert.equal(payload.exp - payload.iat, tokens.expires_in);
  });
  test('has the claims of the access_token_authz dialect and no others', async () => {
    const { tokens } = await login(config, 'trainer');
    const names = ['aud', 'azp', 'exp', `${API}/email`, 'iat', 'iss', 'permissions', 'scope', 'sub'].sort();
    assert.deepEqual(Object.keys(decodeJwt(tokens.access_token)).sort(), names);
    assert.deepEqual(Object.keys(decodeProtectedHeader(tokens.access_token)).sort(), ['alg', 'kid', 'typ']);
  });
  test('without openid it is for the API only, without an ID token', async () => {
    const { url, checks } = await request(config, { scope: 'update:pets', nonce: undefined });
    const location = await new Browser().signIn(url, 'admin');
    const response = await client.authorizationCodeGrant(config, location, { pkceCodeVerifier: checks.pkceCodeVerifier, expectedState: checks.expectedState });
    assert.equal(decodeJwt(response.access_token).aud, API);
    assert.equal(response.id_token, undefined);
  });
  test('resource does not replace audience, as at Auth0', async () => {
    const { tokens } = await login(config, 'buyer', { audience: undefined, resource: API });
    assert.equal(tokens.access_token.split('.').length, 1);
  });
  test('without audience it is opaque and valid for userinfo only', async () => {
    const { tokens } = await login(config, 'buyer', { audience: undefined });
    assert.equal(tokens.access_token.split('.').length, 1);
    assert.deepEqual(apiScopes(tokens.scope), []);
    const info = await client.fetchUserInfo(config, tokens.access_token, tokens.claims().sub);
    assert.equal(info.email, 'fred@bedrock.example');
  });
});

describe('the ID token', () => {
  test('is for the client only and has the verified e-mail', async () => {
    const { tokens } = await login(config, 'buyer');
    const claims = tokens.claims();
    assert.equal(claims.aud, 'secured-pets-web');
    assert.equal(claims.email, 'fred@bedrock.example');
    assert.equal(claims.email_verified, true);
    assert.equal(claims.sub, decodeJwt(tokens.access_token).sub);
  });
  test('has no e-mail and no name when they were not requested', async () => {
    const { tokens } = await login(config, 'buyer', { scope: 'openid purchase:pets' });
    assert.equal(tokens.claims().email, undefined);
    assert.equal(tokens.claims().name, undefined);
  });
  test('verifies with the published keys', async () => {
    const { tokens } = await login(config, 'rider');
    const keys = createRemoteJWKSet(new URL(config.serverMetadata().jwks_uri));
    await jwtVerify(tokens.id_token, keys, { issuer: ISSUER, audience: 'secured-pets-web', algorithms: ['RS256'] });
  });
});

describe('userinfo', () => {
  test('accepts a JWT access token with the same subject', async () => {
    const { tokens } = await login(config, 'trainer');
    const info = await client.fetchUserInfo(config, tokens.access_token, tokens.claims().sub);
    assert.equal(info.name, 'Tilda Trainer');
  });
  for (const [name, authorization] of Object.entries({ 'no token': undefined, 'garbage': 'Bearer garbage', 'another scheme': 'Basic Zm9vOmJhcg==' })) {
    test(`refuses ${name} with 401 and WWW-Authenticate`, async () => {
      const response = await fetch(`${ISSUER}userinfo`, { headers: authorization ? { authorization } : {} });
      assert.equal(response.status, 401);
      assert.match(response.headers.get('www-authenticate'), /^Bearer/);
    });
  }
  test('refuses a token without openid', async () => {
    const { url, checks } = await request(config, { scope: 'update:pets', nonce: undefined });
    const location = await new Browser().signIn(url, 'admin');
    const response = await client.authorizationCodeGrant(config, location, { pkceCodeVerifier: checks.pkceCodeVerifier, expectedState: checks.expectedState });
    const info = await fetch(`${ISSUER}userinfo`, { headers: { authorization: `Bearer ${response.access_token}` } });
    assert.equal(info.status, 403);
    assert.match(info.headers.get('www-authenticate'), /insufficient_scope/);
  });
});

describe('the session', () => {
  test('prompt=none restores it without the login page', async () => {
    const { browser } = await login(config, 'buyer');
    const { url, checks } = await request(config, { prompt: 'none' });
    const { location } = await browser.open(url);
    const tokens = await client.authorizationCodeGrant(config, location, checks);
    assert.equal(tokens.claims().email, 'fred@bedrock.example');
  });
  test('prompt=none without one is login_required, with state and iss', async () => {
    const { url, checks } = await request(config, { prompt: 'none' });
    const { location } = await new Browser().open(url);
    await assert.rejects(client.authorizationCodeGrant(config, location, checks), { error: 'login_required' });
    assert.equal(location.searchParams.get('iss'), ISSUER);
  });
  test('prompt=login shows the login page', async () => {
    const { browser } = await login(config, 'buyer');
    const { action } = await browser.open((await request(config, { prompt: 'login' })).url);
    assert.ok(action);
  });
  test('max_age=0 shows the login page, a large one does not', async () => {
    const { browser } = await login(config, 'buyer');
    assert.ok((await browser.open((await request(config, { max_age: '0' })).url)).action);
    assert.ok((await browser.open((await request(config, { max_age: '3600' })).url)).location);
  });
  test('auth_time is that of the login, not of the restore', async () => {
    const { browser, tokens } = await login(config, 'buyer');
    const { url, checks } = await request(config, { prompt: 'none', max_age: '3600' });
    const { location } = await browser.open(url);
    const restored = await client.authorizationCodeGrant(config, location, { ...checks, maxAge: 3600 });
    assert.equal(restored.claims().auth_time, tokens.claims().auth_time);
  });
  test('an ID token hint of another user is login_required', async () => {
    const { tokens } = await login(config, 'admin');
    const { browser } = await login(config, 'buyer');
    const { url } = await request(config, { prompt: 'none', id_token_hint: tokens.id_token });
    const { location } = await browser.open(url);
    assert.equal(location.searchParams.get('error'), 'login_required');
  });
  test('logout with an ID token ends it and returns with state', async () => {
    const { browser, tokens } = await login(config, 'buyer');
    const url = client.buildEndSessionUrl(config, { post_logout_redirect_uri: CALLBACK, id_token_hint: tokens.id_token, state: 'bye' });
    const { location } = await browser.open(url);
    assert.equal(location.href, `${PAGE}/?state=bye`);
    const again = await browser.open((await request(config, { prompt: 'none' })).url);
    assert.equal(again.location.searchParams.get('error'), 'login_required');
  });
  test('logout without an ID token asks for confirmation', async () => {
    const { browser } = await login(config, 'buyer');
    const url = client.buildEndSessionUrl(config, { post_logout_redirect_uri: CALLBACK });
    const { status, action } = await browser.open(url);
    assert.equal(status, 200);
    assert.ok((await browser.open((await request(config, { prompt: 'none' })).url)).location.searchParams.has('code'));
    const response = await browser.go(action, { form: {} });
    assert.equal(response.headers.get('location'), CALLBACK);
    const again = await browser.open((await request(config, { prompt: 'none' })).url);
    assert.equal(again.location.searchParams.get('error'), 'login_required');
  });
  test('logout never redirects to an unlisted address', async () => {
    const { browser, tokens } = await login(config, 'buyer');
    const url = client.buildEndSessionUrl(config, { post_logout_redirect_uri: 'https://evil.example/', id_token_hint: tokens.id_token });
    const { status, location } = await browser.open(url);
    assert.equal(status, 400);
    assert.equal(location, null);
  });
});

describe('the login page', () => {
  test('has a strict policy, no script, and lists the users by connection', async () => {
    const { page, headers } = await new Browser().open((await request(config)).url);
    const policy = headers.get('content-security-policy');
    assert.match(policy, /default-src 'none'/);
    assert.match(policy, /frame-ancestors 'none'/);
    assert.doesNotMatch(policy, /unsafe|script-src/);
    assert.doesNotMatch(page, /<script|\sstyle=|\son\w+=|javascript:/i);
    for (const text of ['Ada Keeper', 'Fred Flintstone', 'database connection', 'social connection', 'Local sign-in']) assert.ok(page.includes(text), text);
  });
  test('the password form signs a database user in', async () => {
    const browser = new Browser();
    const { url, checks } = await request(config);
    const { action } = await browser.open(url);
    const response = await browser.go(action, { form: { email: 'ada@securedpets.example', password: 'local' } });
    const tokens = await client.authorizationCodeGrant(config, new URL(response.headers.get('location')), checks);
    assert.deepEqual(apiScopes(tokens.scope), ['update:pets']);
  });
  for (const [name, form] of Object.entries({
    'a wrong password': { email: 'ada@securedpets.example', password: 'guess' },
    'a social user': { email: 'fred@bedrock.example', password: 'local' },
    'an unknown user': { user: 'root' },
    'an empty form': {},
  })) {
    test(`${name} is refused with 401 and the page again`, async () => {
      const browser = new Browser();
      const { action } = await browser.open((await request(config)).url);
      const response = await browser.go(action, { form });
      assert.equal(response.status, 401);
      assert.match(await response.text(), /role="alert"/);
    });
  }
  test('cancel is access_denied at the application', async () => {
    const browser = new Browser();
    const { url, checks } = await request(config);
    const { action } = await browser.open(url);
    const response = await browser.go(action, { form: { cancel: 'yes' } });
    await assert.rejects(client.authorizationCodeGrant(config, new URL(response.headers.get('location')), checks), { error: 'access_denied' });
  });
  test('a login started in one browser cannot be finished in another', async () => {
    const { action } = await new Browser().open((await request(config)).url);
    const other = new Browser();
    await other.open((await request(config)).url);
    assert.equal((await other.go(action, { form: { user: 'admin' } })).status, 403);
  });
  test('a form posted by another site is refused', async () => {
    const browser = new Browser();
    const { action } = await browser.open((await request(config)).url);
    const headers = { origin: 'https://evil.example', 'sec-fetch-site': 'cross-site' };
    assert.equal((await browser.go(action, { form: { user: 'admin' }, headers })).status, 403);
  });
  test('a finished login cannot be replayed for a second code', async () => {
    const browser = new Browser();
    const { action } = await browser.open((await request(config)).url);
    assert.equal((await browser.go(action, { form: { user: 'admin' } })).status, 303);
    assert.equal((await browser.go(action, { form: { user: 'admin' } })).status, 400);
  });
  test('parameters are escaped', async () => {
    const { page } = await new Browser().open((await request(config, { login_hint: '"><b>x</b>' })).url);
    assert.ok(!page.includes('<b>x</b>'));
  });
});
