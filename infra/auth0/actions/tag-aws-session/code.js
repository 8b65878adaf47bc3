/**
 * Names the person's folder in AWS: the ID token carries a session tag, and the bucket of the optional federation
 * stack lets a session into the folder of its tag only. Without that stack nobody reads the claim.
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/id_session-tags.html#id_session-tags_adding-assume-role-idp
 */

// A tag's value may hold no bar, so a bar becomes a colon. No two people may share a tag or nest their folders: an id
// that has a colon or a slash already, or anything else that a tag may not hold, gets no tag and thereby no folder.
const USER_ID = /^[\w.@=+-]+(\|[\w.@=+-]+)+$/;
const LONGEST_TAG = 256;

exports.onExecutePostLogin = async (event, api) => {
  const id = event.user && event.user.user_id;
  if (typeof id !== 'string' || id.length > LONGEST_TAG || !USER_ID.test(id)) return;
  api.idToken.setCustomClaim('https://aws.amazon.com/tags', { principal_tags: { user: [id.split('|').join(':')] } });
};
