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
 * section 6), and Auth0 then runs this Action with an empty list.
 */
function isRequested(scope, transaction) {
  const requested = (transaction && transaction.requested_scopes) || [];
  const refresh = transaction && transaction.protocol === 'oauth2-refresh-token';
  return requested.includes(scope) || (refresh && requested.length === 0);
}

exports.onExecutePostLogin = async (event, api) => {
  if (!event.resource_server || event.resource_server.identifier !== API) return;

  const earned = earnedScope(event.connection);
  for (const scope of [ADMINISTER, BUY]) {
    if (scope === earned && isRequested(scope, event.transaction)) api.accessToken.addScope(scope);
    else api.accessToken.removeScope(scope); // even if a role grants it
  }

  // A purchase is written to this address, so it must be the person's own.
  if (event.user && event.user.email && event.user.email_verified === true) {
    api.accessToken.setCustomClaim(`${API}/email`, event.user.email);
  }
};
