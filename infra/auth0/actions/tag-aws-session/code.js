/**
 * Adds a session tag for AWS to the ID token. The bucket of the optional federation stack
 * opens only the folder named by the tag. Without that stack the claim has no effect.
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/id_session-tags.html#id_session-tags_adding-assume-role-idp
 */

// A tag value cannot contain "|", so it becomes ":". Users must not share a tag or nest
// their folders: an id with a colon, a slash or a character that tags do not allow gets no
// tag and no folder.
const USER_ID = /^[\w.@=+-]+(\|[\w.@=+-]+)+$/;
const LONGEST_TAG = 256;

exports.onExecutePostLogin = async (event, api) => {
  const id = event.user && event.user.user_id;
  if (typeof id !== 'string' || id.length > LONGEST_TAG || !USER_ID.test(id)) return;
  api.idToken.setCustomClaim('https://aws.amazon.com/tags', { principal_tags: { user: [id.split('|').join(':')] } });
};
