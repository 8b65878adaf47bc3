/**
 * Who may sell and who may buy pets, decided from the connection a person came through and never by the browser.
 * It takes the place of the tutorial's Rule: a user of the database connection administers, a user of a social
 * connection buys, and nobody does both. What is not understood grants nothing.
 */

const API = 'https://api.securedpets.example';
const ADMINISTER = 'update:pets';
const BUY = 'purchase:pets';

// The names of these two equal their strategies as a social connection's do, but whoever has a mailbox can use them.
const PASSWORDLESS = ['email', 'sms'];

function earnedScope(connection) {
  if (!connection || !connection.strategy) return null;
  if (connection.strategy === 'auth0') return ADMINISTER;
  const social = connection.strategy === connection.name && !PASSWORDLESS.includes(connection.strategy);
  return social ? BUY : null;
}

/**
 * A scope that was not requested is never granted. A refresh that names no scope asks for what it had (RFC 6749,
 * section 6). What it names stands in the request's body; requested_scopes is the interactive login's.
 * https://support.auth0.com/center/s/article/find-requested-scopes-in-actions-for-refresh-token-client-credential-exchange-or-resource-owner-password-grant
 */
function isRequested(scope, { request, transaction }) {
  const requested = (transaction && transaction.requested_scopes) || [];
  if (!transaction || transaction.protocol !== 'oauth2-refresh-token') return requested.includes(scope);
  const named = (request && request.body && request.body.scope) || '';
  const wanted = [...requested, ...named.split(' ').filter(Boolean)];
  return wanted.length === 0 || wanted.includes(scope);
}

exports.onExecutePostLogin = async (event, api) => {
  if (!event.resource_server || event.resource_server.identifier !== API) return;

  const earned = earnedScope(event.connection);
  for (const scope of [ADMINISTER, BUY]) {
    if (scope === earned && isRequested(scope, event)) api.accessToken.addScope(scope);
    else api.accessToken.removeScope(scope); // even if a role grants it
  }

  // A purchase is written to this address, so it must be the person's own.
  if (event.user && event.user.email && event.user.email_verified === true) {
    api.accessToken.setCustomClaim(`${API}/email`, event.user.email);
  }
};
