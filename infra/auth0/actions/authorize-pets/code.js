/**
 * Grants update:pets to users of the database connection and purchase:pets to users of a
 * social connection, never both. Every other connection gets neither. The browser has no
 * influence on this.
 */

const API = 'https://api.securedpets.example';
const ADMINISTRATOR = ['update:pets'];
const BUYER = ['purchase:pets'];

// Not social, although their names equal their strategies: every mailbox or phone is an account.
const PASSWORDLESS = ['email', 'sms'];

function scopesOf(connection) {
  if (!connection || !connection.strategy) return [];
  if (connection.strategy === 'auth0') return ADMINISTRATOR;
  const social = connection.strategy === connection.name && !PASSWORDLESS.includes(connection.strategy);
  return social ? BUYER : [];
}

/**
 * Reports whether the client requested the scope. A refresh that names no scope requests
 * its previous scopes (RFC 6749, section 6). A refresh names its scopes in the body;
 * requested_scopes is of the interactive login.
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

  const own = scopesOf(event.connection);
  for (const scope of [...ADMINISTRATOR, ...BUYER]) {
    if (own.includes(scope) && isRequested(scope, event)) api.accessToken.addScope(scope);
    else api.accessToken.removeScope(scope); // even if a role grants it
  }

  // A purchase is recorded under this address, so it must be verified.
  if (event.user && event.user.email && event.user.email_verified === true) {
    api.accessToken.setCustomClaim(`${API}/email`, event.user.email);
  }
};
