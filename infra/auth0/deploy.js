// Command deploy applies the files to a tenant, or shows what it would change.
// Usage: deploy.js deploy|preview
//
// It checks the files first, with the same keyword values. It deletes nothing, but it
// replaces the whole post-login trigger: use a tenant for this product alone.
const { deploy } = require('auth0-deploy-cli');
const { INCLUDED, load } = require('./check/load.js');
const { faults } = require('./check/rules.js');

const REQUIRED = ['AUTH0_DOMAIN', 'AUTH0_CLIENT_ID', 'AUTH0_CLIENT_SECRET', 'WEB_ORIGIN'];

/** Returns the keyword values. Without Amazon credentials Auth0 uses its development keys. */
const keywords = (env) => ({
  WEB_ORIGIN: env.WEB_ORIGIN,
  AMAZON_CLIENT_ID: env.AMAZON_CLIENT_ID ?? '',
  AMAZON_CLIENT_SECRET: env.AMAZON_CLIENT_SECRET ?? '',
});

async function run(mode, env, folder = __dirname) {
  const missing = REQUIRED.filter((name) => !env[name]);
  if (missing.length > 0) throw new Error(`set ${missing.join(', ')} in the environment`);
  if (mode !== 'preview' && mode !== 'deploy') throw new Error('the mode must be preview or deploy');

  const mappings = keywords(env);
  const found = await faults(await load(folder, mappings), folder);
  if (found.length > 0) throw new Error(found.join('\n'));

  await deploy({
    input_file: folder,
    dry_run: mode === 'preview' ? 'preview' : undefined,
    config: {
      AUTH0_DOMAIN: env.AUTH0_DOMAIN,
      AUTH0_CLIENT_ID: env.AUTH0_CLIENT_ID,
      AUTH0_CLIENT_SECRET: env.AUTH0_CLIENT_SECRET,
      AUTH0_INCLUDED_ONLY: INCLUDED,
      AUTH0_KEYWORD_REPLACE_MAPPINGS: mappings,
      AUTH0_ALLOW_DELETE: false,
    },
  });
}

module.exports = { run };

if (require.main === module) {
  run(process.argv[2], process.env).catch((err) => {
    console.error(`auth0: ${err.message}`);
    process.exit(1);
  });
}
