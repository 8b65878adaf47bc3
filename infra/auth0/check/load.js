// The deployment tool's own loader, schemas and handlers, run without a tenant: what it would refuse at a deployment it
// refuses here. No network: the client it wants is never called, and fetch is closed while it validates.
const path = require('node:path');
const { setupContext } = require('auth0-deploy-cli/lib/context');
const { default: Auth0 } = require('auth0-deploy-cli/lib/tools/auth0');
const { default: schema } = require('auth0-deploy-cli/lib/tools/auth0/schema');
const { default: logger } = require('auth0-deploy-cli/lib/logger');

/** The folders of this tenant. What is not listed is neither read nor touched at a deployment. */
const INCLUDED = ['actions', 'clients', 'clientGrants', 'connections', 'databases', 'resourceServers', 'roles', 'triggers'];

// The tool compiles the schemas of everything that a tenant can have, which takes seconds each time. Those of
// this tenant's folders are enough; what else the loader might find is refused, because it has no schema then.
for (const type of Object.keys(schema.properties)) {
  if (![...INCLUDED, 'exclude', 'include'].includes(type)) delete schema.properties[type];
}

/** Every keyword that the files may use, with a value that only a check would take. */
const SAMPLE = {
  WEB_ORIGIN: 'https://pets.example',
  AMAZON_CLIENT_ID: 'amzn1.application-oa2-client.sample',
  AMAZON_CLIENT_SECRET: 'sample',
};

const settings = (folder, mappings) => ({
  AUTH0_INPUT_FILE: path.resolve(folder),
  AUTH0_DOMAIN: 'offline.invalid',
  AUTH0_ACCESS_TOKEN: 'offline',
  AUTH0_INCLUDED_ONLY: INCLUDED,
  AUTH0_KEYWORD_REPLACE_MAPPINGS: mappings,
  AUTH0_ALLOW_DELETE: false,
});

/** Loads and validates; returns the assets as the tool would send them. Throws what the tool throws. */
async function load(folder, mappings = SAMPLE) {
  const config = settings(folder, mappings);
  const warnings = [];
  const { warn, fetch } = { warn: logger.warn, fetch: globalThis.fetch };
  logger.level = 'warn';
  logger.warn = (text) => warnings.push(String(text));
  globalThis.fetch = () => Promise.reject(new Error('the check is offline'));
  try {
    const context = await setupContext(config, 'import');
    await context.loadAssetsFromLocal();
    await new Auth0(context.mgmtClient, context.assets, (key) => config[key]).validate();
    if (warnings.length > 0) throw new Error(warnings.join('\n')); // it skips a file that it cannot read, with a warning
    return context.assets;
  } finally {
    logger.warn = warn;
    globalThis.fetch = fetch;
  }
}

module.exports = { INCLUDED, SAMPLE, load };
