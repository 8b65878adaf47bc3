#!/usr/bin/env node
// Command walk goes the whole way of the federation against a real AWS account, one explained step at a time: sign in,
// exchange the ID token for credentials of a role, sign a call with them, and see that they open nothing else.
//
// It needs the optional stack (`make synth` with -c federation=oidc, then deployed) and these settings:
//
//	ISSUER          the provider, with its slash        CLIENT_ID       the page's client id
//	ROLE_ARN        output Auth0ApiRoleArn or Auth0ApiSocialRoleArn
//	SIGNED_API_URL  output SignedApiUrl                 AWS_REGION      where the stack is
//	ID_TOKEN        optional: skip the sign-in          STS_URL         optional: another endpoint of STS
//
// It changes nothing: the calls carry bodies that a function refuses after the authorization has passed.
// No token and no key is printed.
const { signed } = require('./sigv4.js');
const { claimsOf, signIn } = require('./signin.js');

const REQUIRED = ['ISSUER', 'CLIENT_ID', 'ROLE_ARN', 'SIGNED_API_URL', 'AWS_REGION'];
const CALLBACK = 'http://localhost:3000/';

// With IAM the person's identity flows as the ID token in the body.
const UPDATE = { path: 'pets', body: (authToken) => ({ pets: null, authToken }), who: 'administrators' };
const PURCHASE = { path: 'pets/purchase', body: (authToken) => ({ petId: 0, authToken }), who: 'buyers' };

async function walk(env, say) {
  const missing = REQUIRED.filter((name) => !env[name]);
  if (missing.length > 0) throw new Error(`set ${missing.join(', ')} in the environment`);
  const social = env.ROLE_ARN.includes('auth0-api-social-role');
  const [own, other] = social ? [PURCHASE, UPDATE] : [UPDATE, PURCHASE];

  say('1. Sign in. The provider says who you are with an ID token, signed and meant for the page (aud).');
  const idToken = env.ID_TOKEN || (await signIn({ issuer: env.ISSUER, clientId: env.CLIENT_ID, callback: CALLBACK, say }));
  const claims = claimsOf(idToken);

  const keys = env.ISSUER.replace(/^https:\/\//, '');
  say('2. The role\'s trust policy compares three things of it, and AWS checks the signature with the provider\'s keys:');
  say(`   ${keys}:aud is ${claims.aud}; ${keys}:sub is ${claims.sub}; the only session tag is user=${tagOf(claims)}`);
  if (claims.iss !== env.ISSUER) throw new Error(`the token is of ${claims.iss}: the slash at the end counts`);

  say(`3. AssumeRoleWithWebIdentity: STS gives credentials of ${env.ROLE_ARN} for 15 minutes. This call needs no credentials.`);
  const credentials = await assume(env, idToken);
  say(`   they end at ${credentials.expiration}`);

  const call = (route, credentials) => send(env, route, idToken, credentials);
  say(`4. POST /${own.path} without a signature must be refused: the route wants IAM.`);
  expect(await call(own), (status) => status === 403, say);
  say(`5. POST /${own.path}, signed. It is for ${own.who}; the body is one that the function refuses, so nothing changes.`);
  expect(await call(own, credentials), (status) => status === 400 || status === 409, say);
  say(`6. POST /${other.path}, signed with the same credentials, must be refused: the role allows one method of one path.`);
  expect(await call(other, credentials), (status) => status === 403, say);
  say(`7. The folder users/${tagOf(claims)}/ of the bucket (output UserBucket) is open to these credentials, and no other folder.`);
}

const tagOf = (claims) => claims['https://aws.amazon.com/tags']?.principal_tags?.user?.[0];

// https://docs.aws.amazon.com/STS/latest/APIReference/API_AssumeRoleWithWebIdentity.html
async function assume(env, idToken) {
  const body = new URLSearchParams({
    Action: 'AssumeRoleWithWebIdentity', Version: '2011-06-15', RoleArn: env.ROLE_ARN, RoleSessionName: 'federation-walk',
    WebIdentityToken: idToken, DurationSeconds: '900',
  });
  const answer = await fetch(env.STS_URL || `https://sts.${env.AWS_REGION}.amazonaws.com/`, { method: 'POST', body, headers: { accept: 'application/json' } });
  const parsed = await answer.json();
  if (!answer.ok) throw new Error(`STS refused: ${parsed.Error?.Code}: ${parsed.Error?.Message}`);
  const given = parsed.AssumeRoleWithWebIdentityResponse.AssumeRoleWithWebIdentityResult.Credentials;
  return {
    accessKeyId: given.AccessKeyId, secretAccessKey: given.SecretAccessKey, sessionToken: given.SessionToken,
    expiration: new Date(given.Expiration * 1000).toISOString(),
  };
}

async function send(env, route, idToken, credentials) {
  const url = new URL(route.path, env.SIGNED_API_URL).href;
  const body = JSON.stringify(route.body(`bearer ${idToken}`));
  const plain = { 'content-type': 'application/json' };
  const headers = credentials
    ? signed({ method: 'POST', url, headers: plain, body, region: env.AWS_REGION, service: 'execute-api', credentials, time: new Date() })
    : plain;
  return (await fetch(url, { method: 'POST', headers, body })).status;
}

function expect(status, good, say) {
  if (!good(status)) throw new Error(`it answered ${status}`);
  say(`   it answered ${status}, as it must`);
}

module.exports = { walk };

if (require.main === module) {
  walk(process.env, console.log).catch((err) => {
    console.error(`federation: ${err.message}`);
    process.exit(1);
  });
}
