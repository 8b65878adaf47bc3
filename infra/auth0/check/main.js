// Command check validates the tenant's files offline and prints one line per fault.
const path = require('node:path');
const { load } = require('./load.js');
const { faults, rules } = require('./rules.js');

async function main(folder) {
  const found = await load(folder).then((assets) => faults(assets, folder), (err) => [`auth0-deploy-cli: ${err.message}`]);
  for (const fault of found) console.error(`auth0: ${fault}`);
  if (found.length > 0) process.exit(1);
  console.log(`auth0: the files match the schemas of auth0-deploy-cli and ${Object.keys(rules).length} rules`);
}

main(path.resolve(process.argv[2] ?? path.join(__dirname, '..')));
