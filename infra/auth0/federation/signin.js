// Signs a person in through the browser and returns the ID token: authorization code with PKCE, as the page does it.
const { createHash, randomBytes } = require('node:crypto');
const { once } = require('node:events');
const http = require('node:http');

const random = () => randomBytes(32).toString('base64url');

/** Waits for the browser at the callback, which is one of the application's own: http://localhost:3000/. */
async function signIn({ issuer, clientId, callback, say }) {
  const { authorization_endpoint, token_endpoint } = await json(fetch(`${issuer}.well-known/openid-configuration`));
  const [verifier, state, nonce] = [random(), random(), random()];
  const challenge = createHash('sha256').update(verifier).digest('base64url');
  const request = { client_id: clientId, response_type: 'code', redirect_uri: callback, scope: 'openid email', state, nonce, code_challenge: challenge, code_challenge_method: 'S256' };

  const listening = listen(callback);
  say(`open in a browser: ${authorization_endpoint}?${new URLSearchParams(request)}`);
  const answer = await listening;
  if (answer.get('state') !== state) throw new Error('the answer is not to our question (state)');
  if (!answer.has('code')) throw new Error(`the provider answered ${answer.get('error')}: ${answer.get('error_description')}`);

  const exchange = { grant_type: 'authorization_code', client_id: clientId, code: answer.get('code'), redirect_uri: callback, code_verifier: verifier };
  const { id_token } = await json(fetch(token_endpoint, { method: 'POST', body: new URLSearchParams(exchange) }));
  if (claimsOf(id_token).nonce !== nonce) throw new Error('the ID token is not for this sign-in (nonce)');
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
      response.end(ours ? 'You can close this page and go back to the terminal.\n' : 'Not found\n');
      if (ours) return url.searchParams;
    }
  } finally {
    server.close();
  }
}

async function json(pending) {
  const answer = await pending;
  if (!answer.ok) throw new Error(`${new URL(answer.url).pathname} answered ${answer.status}`);
  return answer.json();
}

/** What a JWT says, unverified: AWS verifies it. */
const claimsOf = (token) => JSON.parse(Buffer.from(token.split('.')[1], 'base64url').toString());

module.exports = { claimsOf, signIn };
