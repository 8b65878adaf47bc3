// oidc-client-ts, the library of the web page.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import federation from '../../../auth0/federation/signin.js';
import { InMemoryWebStorage, OidcClient, WebStorageStateStore } from 'oidc-client-ts';
import { Browser } from './browser.js';
import { ALL, API, CALLBACK, ISSUER } from './issuer.js';

const page = () =>
  new OidcClient({
    authority: ISSUER, client_id: 'secured-pets-web', redirect_uri: CALLBACK, post_logout_redirect_uri: CALLBACK, scope: ALL,
    extraQueryParams: { audience: API }, loadUserInfo: true, stateStore: new WebStorageStateStore({ store: new InMemoryWebStorage() }),
  });

async function signIn(oidc, browser, as, request = {}) {
  const { url } = await oidc.createSigninRequest({ state: {}, nonce: 'n-0S6_WzA2Mj', ...request });
  const location = await browser.signIn(url, as);
  return oidc.processSigninResponse(location.href);
}

test('sign in, with userinfo', async () => {
  const response = await signIn(page(), new Browser(), 'buyer');
  assert.equal(response.profile.email, 'fred@bedrock.example');
  assert.equal(response.scope, 'openid profile email offline_access purchase:pets');
});

test('restore the session after a reload with a top-level prompt=none', async () => {
  const browser = new Browser();
  await signIn(page(), browser, 'admin');
  const response = await signIn(page(), browser, 'nobody', { prompt: 'none' });
  assert.equal(response.profile.email, 'ada@securedpets.example');
});

test('restore without a session is login_required', async () => {
  await assert.rejects(signIn(page(), new Browser(), 'admin', { prompt: 'none' }), { error: 'login_required' });
});

test('refresh', async () => {
  const oidc = page();
  const first = await signIn(oidc, new Browser(), 'trainer');
  const state = { refresh_token: first.refresh_token, id_token: first.id_token, session_state: null, scope: first.scope, profile: first.profile };
  const fresh = await oidc.useRefreshToken({ state });
  assert.notEqual(fresh.access_token, undefined);
  assert.notEqual(fresh.refresh_token, first.refresh_token);
});

test('sign out returns to the page', async () => {
  const oidc = page();
  const browser = new Browser();
  const { id_token } = await signIn(oidc, browser, 'rider');
  const { url } = await oidc.createSignoutRequest({ id_token_hint: id_token, state: {} });
  const { location } = await browser.open(url);
  assert.equal(`${location.origin}${location.pathname}`, CALLBACK);
  const response = await oidc.processSignoutResponse(location.href);
  assert.equal(response.error, null);
});

test('revoke on sign-out', async () => {
  const oidc = page();
  const { refresh_token } = await signIn(oidc, new Browser(), 'rider');
  await oidc.revokeToken(refresh_token, 'refresh_token');
  await assert.rejects(oidc.useRefreshToken({ state: { refresh_token, scope: 'openid', profile: {} } }), { error: 'invalid_grant' });
});

test('the federation sign-in gets an ID token with session tags', async () => {
  const visit = async (line) => fetch(await new Browser().signIn(line.slice(line.indexOf('http')), 'buyer'));
  const responses = [];
  const idToken = await federation.signIn({
    issuer: ISSUER, clientId: 'secured-pets-web', callback: `${process.env.CALLBACK_ORIGIN}/`, log: (line) => responses.push(visit(line)),
  });
  assert.equal((await responses[0]).status, 200);
  const claims = federation.claimsOf(idToken);
  assert.equal(claims.aud, 'secured-pets-web');
  assert.deepEqual(claims['https://aws.amazon.com/tags'].principal_tags.user, ['amazon:amzn1.account.AF4XQ5TM6VJ2QKQ7LZ3GRS5BDUYA']);
});
