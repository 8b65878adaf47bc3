// The issuer under test. The Go test that starts it sets the environment.
import * as client from 'openid-client';
import { Browser } from './browser.js';

export const ISSUER = process.env.ISSUER;
export const ROTATE = process.env.ROTATE;
export const API = 'https://api.securedpets.example';
export const PAGE = 'http://localhost:3000';
export const CALLBACK = `${PAGE}/`;
export const ALL = 'openid profile email offline_access update:pets purchase:pets read:unicorn list:unicorns';

export const discover = (id = 'secured-pets-web', secret, method = client.None()) =>
  client.discovery(new URL(ISSUER), id, secret && { client_secret: secret }, method, { execute: [client.allowInsecureRequests] });

export const discoverMachine = () =>
  discover('secured-pets-machine', process.env.MACHINE_SECRET, client.ClientSecretPost(process.env.MACHINE_SECRET));

/** Builds an authorization request with all checks. */
export async function request(config, overrides = {}) {
  const checks = {
    pkceCodeVerifier: client.randomPKCECodeVerifier(),
    expectedState: client.randomState(),
    expectedNonce: client.randomNonce(),
    idTokenExpected: true,
  };
  const parameters = {
    redirect_uri: CALLBACK,
    scope: ALL,
    audience: API,
    code_challenge: await client.calculatePKCECodeChallenge(checks.pkceCodeVerifier),
    code_challenge_method: 'S256',
    state: checks.expectedState,
    nonce: checks.expectedNonce,
    ...overrides,
  };
  for (const [name, value] of Object.entries(parameters)) if (value === undefined) delete parameters[name];
  return { url: client.buildAuthorizationUrl(config, parameters), checks };
}

/** Signs in and redeems the code. */
export async function login(config, as, overrides = {}, browser = new Browser()) {
  const { url, checks } = await request(config, overrides);
  const location = await browser.signIn(url, as);
  const idTokenExpected = (overrides.scope ?? ALL).split(' ').includes('openid');
  const tokens = await client.authorizationCodeGrant(config, location, { ...checks, idTokenExpected });
  return { tokens, browser, location, checks };
}

/** Sends a token request without the client library. */
export async function tokenRequest(form, headers = {}) {
  const response = await fetch(`${ISSUER}oauth/token`, { method: 'POST', body: new URLSearchParams(form), headers });
  return { status: response.status, headers: response.headers, body: await response.json() };
}
