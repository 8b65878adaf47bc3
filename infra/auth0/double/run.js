// Command run deploys to a tenant in memory, once per mode (preview or deploy), and writes
// a JSON report.
// Usage: run.js REPORT MODE...
//
// It is a separate process because the tool's timers together with the async hooks of the
// test runner crash Node 20.
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
