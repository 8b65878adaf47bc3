// Signs a user in with the browser and returns the ID token: authorization code flow with
// PKCE, as the page does.
const { createHash, randomBytes } = require('node:crypto');
const { once } = require('node:events');
const http = require('node:http');

const random = () => randomBytes(32).toString('base64url');

/** Waits for the browser at the callback, which must be one of the application's. */
async function signIn({ issuer, clientId, callback, log }) {
  const { authorization_endpoint, token_endpoint } = await json(fetch(`${issuer}.well-known/openid-configuration`));
  const [verifier, state, nonce] = [random(), random(), random()];
  const challenge = createHash('sha256').update(verifier).digest('base64url');
  const request = { client_id: clientId, response_type: 'code', redirect_uri: callback, scope: 'openid email', state, nonce, code_challenge: challenge, code_challenge_method: 'S256' };

  const listening = listen(callback);
  log(`open in a browser: ${authorization_endpoint}?${new URLSearchParams(request)}`);
  const parameters = await listening;
  if (parameters.get('state') !== state) throw new Error('the callback belongs to another sign-in (state)');
  if (!parameters.has('code')) throw new Error(`the issuer returned ${parameters.get('error')}: ${parameters.get('error_description')}`);

  const exchange = { grant_type: 'authorization_code', client_id: clientId, code: parameters.get('code'), redirect_uri: callback, code_verifier: verifier };
  const { id_token } = await json(fetch(token_endpoint, { method: 'POST', body: new URLSearchParams(exchange) }));
  if (claimsOf(id_token).nonce !== nonce) throw new Error('the ID token belongs to another sign-in (nonce)');
  return id_token;
}

async function listen(callback) {
  const { port, pathname } = new URL(callback);
  const server = http.createServer().listen(Number(port), 'localhost');
  try {
    for (;;) {
      const [request, response] = await once(server, 'request');
      const url = new URL(request.url, callback);
      const ours = url.pathname === pathname && url.searchParams.has('state');
      response.writeHead(ours ? 200 : 404, { 'content-type': 'text/plain', connection: 'close' });
      response.end(ours ? 'You can close this page and return to the terminal.\n' : 'Not found\n');
      if (ours) return url.searchParams;
    }
  } finally {
    server.close();
  }
}

async function json(pending) {
  const response = await pending;
  if (!response.ok) throw new Error(`${new URL(response.url).pathname}: status ${response.status}`);
  return response.json();
}

/** Returns the claims of a JWT without verifying it; AWS does that. */
const claimsOf = (token) => JSON.parse(Buffer.from(token.split('.')[1], 'base64url').toString());

module.exports = { claimsOf, signIn };
