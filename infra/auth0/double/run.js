// Command run deploys to a tenant in memory, once per argument (preview or deploy), and writes what happened as JSON to
// the file named first. A process of its own: the tool's timers and the test runner's async hooks crash Node 20 together.
const fs = require('node:fs');
const { run } = require('../deploy.js');
const { TenantDouble } = require('./tenant.js');

async function main([report, ...modes]) {
  const tenant = new TenantDouble();
  globalThis.fetch = tenant.fetch;
  const runs = [];
  for (const mode of modes) {
    tenant.requests.length = 0;
    await run(mode, process.env);
    runs.push({ reads: tenant.requests.length - tenant.writes().length, writes: tenant.writes() });
  }
  fs.writeFileSync(report, JSON.stringify({ runs, ...tenant.state() }));
}

main(process.argv.slice(2));
