// Runs the post-login Action for one sign-in.
const vm = require('node:vm');

/** Returns the scopes that the first post-login Action adds and removes; all are requested. */
async function runAction(assets, connection, scopes) {
  const name = assets.triggers['post-login']?.[0]?.action_name;
  const action = assets.actions.find((a) => a.name === name);
  if (!action) throw new Error('triggers/triggers.json: post-login names no Action of actions/');
  const module = { exports: {} };
  vm.runInNewContext(`(function (exports, module) {${action.code}\n})`)(module.exports, module);
  const result = { added: [], removed: [] };
  const accessToken = { addScope: (s) => result.added.push(s), removeScope: (s) => result.removed.push(s), setCustomClaim: () => {} };
  const event = {
    connection,
    resource_server: { identifier: assets.resourceServers[0].identifier },
    transaction: { requested_scopes: scopes },
  };
  await module.exports.onExecutePostLogin(event, { accessToken });
  return result;
}

module.exports = { runAction };
