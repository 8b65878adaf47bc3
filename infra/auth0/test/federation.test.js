// Runs the federation walk with doubles of STS and of the signed API. Real AWS responses
// may differ.
const assert = require('node:assert/strict');
const { once } = require('node:events');
const http = require('node:http');
const { text } = require('node:stream/consumers');
const { describe, test } = require('node:test');
const { signed } = require('../federation/sigv4.js');
const { walk } = require('../federation/walk.js');

const ISSUER = 'https://tenant.example/';
const KEYS = { accessKeyId: 'AKIDEXAMPLE', secretAccessKey: 'wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY' };

const part = (value) => Buffer.from(JSON.stringify(value)).toString('base64url');
const idToken = (claims) =>
  [part({ alg: 'RS256' }), part({ iss: ISSUER, aud: 'page', sub: 'amazon|42', 'https://aws.amazon.com/tags': { principal_tags: { user: ['amazon:42'] } }, ...claims }), 'signature'].join('.');

// Published examples of AWS: aws-sig-v4-test-suite, get-vanilla and post-vanilla.
describe('the signature', () => {
  for (const [method, signature] of [
    ['GET', '5fa00fa31553b73ebf1942676e86291e8372ff2a2260956d9b8aae1d763fbf31'],
    ['POST', '5da7c1a2acd57cee7505fc6676e4e544621c30862966e37dddb68e92efbe5d6b'],
  ]) {
    test(`of the published ${method} is right`, () => {
      const headers = signed({ method, url: 'https://example.amazonaws.com/', region: 'us-east-1', service: 'service', credentials: KEYS, time: new Date('2015-08-30T12:36:00Z') });
      assert.ok(headers.authorization.endsWith(`Signature=${signature}`), headers.authorization);
    });
  }
});

/**
 * Starts one server with STS at /sts and the signed API below /api/. The role permits the
 * path in `opens`.
 */
async function aws(t, { opens = '/api/pets/purchase', refuse } = {}) {
  const seen = [];
  const server = http.createServer(async (request, response) => {
    const body = await text(request);
    seen.push({ path: request.url, headers: request.headers, body });
    const respond = (status, value) => response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(value));
    if (request.url === '/sts') {
      if (refuse) return respond(403, { Error: { Code: refuse, Message: 'Not authorized to perform sts:AssumeRoleWithWebIdentity' } });
      const Credentials = { AccessKeyId: KEYS.accessKeyId, SecretAccessKey: KEYS.secretAccessKey, SessionToken: 'session', Expiration: 1900000000 };
      return respond(200, { AssumeRoleWithWebIdentityResponse: { AssumeRoleWithWebIdentityResult: { Credentials } } });
    }
    const trusted = request.headers.authorization && request.headers.authorization === resigned(request, body);
    return respond(trusted && request.url === opens ? 409 : 403, { message: 'Forbidden' });
  });
  server.listen(0, 'localhost');
  await once(server, 'listening');
  t.after(() => server.close());
  const base = `http://localhost:${server.address().port}`;
  return { seen, env: { ISSUER, CLIENT_ID: 'page', ROLE_ARN: 'arn:aws:iam::123456789012:role/auth0-api-social-role-dev', SIGNED_API_URL: `${base}/api/`, STS_URL: `${base}/sts`, AWS_REGION: 'eu-west-1', ID_TOKEN: idToken() } };
}

/** Signs the received request again, as API Gateway does to compare the signatures. */
function resigned(request, body) {
  const stamp = request.headers['x-amz-date'] ?? '';
  const time = new Date(stamp.replace(/(....)(..)(..)T(..)(..)(..)Z/, '$1-$2-$3T$4:$5:$6Z'));
  if (Number.isNaN(time.getTime())) return undefined;
  return signed({
    method: request.method, url: `http://${request.headers.host}${request.url}`, headers: { 'content-type': request.headers['content-type'] }, body,
    region: 'eu-west-1', service: 'execute-api', credentials: { ...KEYS, sessionToken: request.headers['x-amz-security-token'] }, time,
  }).authorization;
}

async function output(env) {
  const lines = [];
  await walk(env, (line) => lines.push(line));
  return lines.join('\n');
}

test('the walk of a buyer succeeds and prints no secret', async (t) => {
  const { env, seen } = await aws(t);
  const lines = await output(env);
  assert.match(lines, /tenant\.example\/:sub is amazon\|42/);
  assert.match(lines, /status 409, as expected/);
  for (const secret of [KEYS.secretAccessKey, KEYS.accessKeyId, 'session\n', env.ID_TOKEN]) assert.ok(!lines.includes(secret));
  const assumed = new URLSearchParams(seen[0].body);
  assert.equal(assumed.get('Action'), 'AssumeRoleWithWebIdentity');
  assert.equal(seen[0].headers.authorization, undefined);
});

test('the walk of an administrator sends a body that changes nothing', async (t) => {
  const { env, seen } = await aws(t, { opens: '/api/pets' });
  await output({ ...env, ROLE_ARN: 'arn:aws:iam::123456789012:role/auth0-api-role-dev', ID_TOKEN: idToken({ sub: 'auth0|1' }) });
  assert.equal(JSON.parse(seen.find((r) => r.path === '/api/pets').body).pets, null);
});

for (const [name, change, stack, message] of [
  ['STS refuses', {}, { refuse: 'AccessDenied' }, /STS refused: AccessDenied/],
  ['the role permits nothing', {}, { opens: '/api/other' }, /unexpected status 403/],
  ['the issuer lacks its slash', { ISSUER: 'https://tenant.example' }, {}, /including the trailing slash/],
  ['settings are missing', { ROLE_ARN: '', AWS_REGION: '' }, {}, /set ROLE_ARN, AWS_REGION/],
]) {
  test(`the walk stops when ${name}`, async (t) => {
    const { env } = await aws(t, stack);
    await assert.rejects(output({ ...env, ...change }), message);
  });
}
