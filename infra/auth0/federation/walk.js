#!/usr/bin/env node
// Command walk tries the federation with a real AWS account and explains each step: sign
// in, exchange the ID token for credentials of a role, sign a request with them, and check
// that they permit nothing else.
//
// It needs the optional stack (`make synth` with -c federation=oidc, then deployed) and
// these settings:
//
//	ISSUER          the issuer, with its slash          CLIENT_ID       the page's client id
//	ROLE_ARN        output Auth0ApiRoleArn or Auth0ApiSocialRoleArn
//	SIGNED_API_URL  output SignedApiUrl                 AWS_REGION      where the stack is
//	ID_TOKEN        optional: skip the sign-in          STS_URL         optional: endpoint of STS
//
// It changes nothing: after the authorization, the functions refuse the bodies. It prints
// no token and no key.
const { signed } = require('./sigv4.js');
const { claimsOf, signIn } = require('./signin.js');

const REQUIRED = ['ISSUER', 'CLIENT_ID', 'ROLE_ARN', 'SIGNED_API_URL', 'AWS_REGION'];
const CALLBACK = 'http://localhost:3000/';

// With IAM the ID token in the body identifies the user.
const UPDATE = { path: 'pets', body: (authToken) => ({ pets: null, authToken }), users: 'administrators' };
const PURCHASE = { path: 'pets/purchase', body: (authToken) => ({ petId: 0, authToken }), users: 'buyers' };

async function walk(env, log) {
  const missing = REQUIRED.filter((name) => !env[name]);
  if (missing.length > 0) throw new Error(`set ${missing.join(', ')} in the environment`);
  const social = env.ROLE_ARN.includes('auth0-api-social-role');
  const [own, other] = social ? [PURCHASE, UPDATE] : [UPDATE, PURCHASE];

  log('1. Sign in. The issuer returns an ID token, signed and for the page (aud).');
  const idToken = env.ID_TOKEN || (await signIn({ issuer: env.ISSUER, clientId: env.CLIENT_ID, callback: CALLBACK, log }));
  const claims = claimsOf(idToken);

  const issuer = env.ISSUER.replace(/^https:\/\//, '');
  log('2. AWS verifies the token with the issuer\'s keys and compares three claims with the role\'s trust policy:');
  log(`   ${issuer}:aud is ${claims.aud}; ${issuer}:sub is ${claims.sub}; the only session tag is user=${tagOf(claims)}`);
  if (claims.iss !== env.ISSUER) throw new Error(`the token's issuer is ${claims.iss}: ISSUER must be the same, including the trailing slash`);

  log(`3. AssumeRoleWithWebIdentity: STS returns credentials of ${env.ROLE_ARN} for 15 minutes. This request needs no credentials.`);
  const credentials = await assume(env, idToken);
  log(`   they expire at ${credentials.expiration}`);

  const post = (route, credentials) => send(env, route, idToken, credentials);
  log(`4. POST /${own.path} without a signature must be refused: the route requires IAM.`);
  expect(await post(own), (status) => status === 403, log);
  log(`5. POST /${own.path}, signed. It is for ${own.users}; the function refuses the body, so nothing changes.`);
  expect(await post(own, credentials), (status) => status === 400 || status === 409, log);
  log(`6. POST /${other.path}, signed with the same credentials, must be refused: the role permits one method of one path.`);
  expect(await post(other, credentials), (status) => status === 403, log);
  log(`7. The folder users/${tagOf(claims)}/ is the only one of the bucket (output UserBucket) that these credentials can open.`);
}

const tagOf = (claims) => claims['https://aws.amazon.com/tags']?.principal_tags?.user?.[0];

// https://docs.aws.amazon.com/STS/latest/APIReference/API_AssumeRoleWithWebIdentity.html
async function assume(env, idToken) {
  const body = new URLSearchParams({
    Action: 'AssumeRoleWithWebIdentity', Version: '2011-06-15', RoleArn: env.ROLE_ARN, RoleSessionName: 'federation-walk',
    WebIdentityToken: idToken, DurationSeconds: '900',
  });
  const response = await fetch(env.STS_URL || `https://sts.${env.AWS_REGION}.amazonaws.com/`, { method: 'POST', body, headers: { accept: 'application/json' } });
  const parsed = await response.json();
  if (!response.ok) throw new Error(`STS refused: ${parsed.Error?.Code}: ${parsed.Error?.Message}`);
  const issued = parsed.AssumeRoleWithWebIdentityResponse.AssumeRoleWithWebIdentityResult.Credentials;
  return {
    accessKeyId: issued.AccessKeyId, secretAccessKey: issued.SecretAccessKey, sessionToken: issued.SessionToken,
    expiration: new Date(issued.Expiration * 1000).toISOString(),
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

function expect(status, good, log) {
  if (!good(status)) throw new Error(`unexpected status ${status}`);
  log(`   status ${status}, as expected`);
}

module.exports = { walk };

if (require.main === module) {
  walk(process.env, console.log).catch((err) => {
    console.error(`federation: ${err.message}`);
    process.exit(1);
  });
}
