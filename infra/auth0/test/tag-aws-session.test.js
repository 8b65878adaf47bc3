// Tests the post-login Action that adds the AWS session tag.
const assert = require('node:assert/strict');
const { test } = require('node:test');
const { onExecutePostLogin } = require('../actions/tag-aws-session/code.js');

async function tagOf(user) {
  const claims = {};
  await onExecutePostLogin({ user }, { idToken: { setCustomClaim: (name, value) => (claims[name] = value) } });
  return claims['https://aws.amazon.com/tags']?.principal_tags.user[0];
}

for (const [name, user_id, tag] of [
  ['a database user', 'auth0|5f7c8ec7c33c6c004bbafe82', 'auth0:5f7c8ec7c33c6c004bbafe82'],
  ['an Amazon user', 'amazon|amzn1.account.AF4X', 'amazon:amzn1.account.AF4X'],
  ['a user of a custom social connection', 'oauth2|discord|42', 'oauth2:discord:42'],
  // Would share a tag with another user.
  ['an id with a colon', 'auth0|a:b', undefined],
  // Would be a folder inside another user's.
  ['an id with a slash', 'auth0|a/b', undefined],
  // Not allowed in a tag, or special in a policy.
  ['a wildcard', 'auth0|*', undefined],
  ['a policy variable', 'auth0|${aws:username}', undefined],
  ['a line break', 'auth0|a\n', undefined],
  ['a space', 'auth0|a b', undefined],
  ['an id that is too long', `auth0|${'x'.repeat(256)}`, undefined],
  ['an id without a connection', 'fred', undefined],
  ['an empty part', 'auth0|', undefined],
  ['no id', undefined, undefined],
]) {
  test(`${name} has ${tag ? 'a tag' : 'no tag'}`, async () => assert.equal(await tagOf({ user_id }), tag));
}

test('no user has no tag', async () => assert.equal(await tagOf(undefined), undefined));
