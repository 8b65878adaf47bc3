// Runs the deployment tool's own loader, schemas and handlers without a tenant, so that
// they report here what they would refuse at a deployment. The network is off: fetch fails
// during the validation.
const path = require('node:path');
const { setupContext } = require('auth0-deploy-cli/lib/context');
const { default: Auth0 } = require('auth0-deploy-cli/lib/tools/auth0');
const { default: schema } = require('auth0-deploy-cli/lib/tools/auth0/schema');
const { default: logger } = require('auth0-deploy-cli/lib/logger');

/** The parts of this tenant. A deployment neither reads nor changes any other. */
const INCLUDED = ['actions', 'clients', 'clientGrants', 'connections', 'databases', 'resourceServers', 'roles', 'triggers'];

// The tool compiles the schemas of all parts of a tenant, which takes seconds. Keep those
// of this tenant; the tool refuses a part without a schema.
for (const type of Object.keys(schema.properties)) {
  if (![...INCLUDED, 'exclude', 'include'].includes(type)) delete schema.properties[type];
}

/** The keywords of the files, with sample values. */
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

/**
 * Loads and validates the files. Returns the assets as the tool would send them, or throws
 * its error.
 */
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
    if (warnings.length > 0) throw new Error(warnings.join('\n')); // such as a file that it cannot read and skips
    return context.assets;
  } finally {
    logger.warn = warn;
    globalThis.fetch = fetch;
  }
}

module.exports = { INCLUDED, SAMPLE, load };
