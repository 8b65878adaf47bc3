// Signs requests without a query with AWS Signature Version 4.
// https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-create-signed-request.html
const { createHash, createHmac } = require('node:crypto');

const sha256 = (text) => createHash('sha256').update(text).digest('hex');
const hmac = (key, text) => createHmac('sha256', key).update(text).digest();

/** Returns the headers of a signed request; time is a Date. */
function signed({ method, url, headers = {}, body = '', region, service, credentials, time }) {
  const { host, pathname } = new URL(url);
  const stamp = time.toISOString().replace(/[-:]|\.\d{3}/g, '');
  const day = stamp.slice(0, 8);
  const all = { host, 'x-amz-date': stamp, ...headers, ...(credentials.sessionToken && { 'x-amz-security-token': credentials.sessionToken }) };
  const names = Object.keys(all).sort();
  const canonical = [method, pathname, '', ...names.map((n) => `${n}:${all[n].trim()}`), '', names.join(';'), sha256(body)].join('\n');

  const scope = `${day}/${region}/${service}/aws4_request`;
  const toSign = ['AWS4-HMAC-SHA256', stamp, scope, sha256(canonical)].join('\n');
  const key = [day, region, service, 'aws4_request'].reduce(hmac, `AWS4${credentials.secretAccessKey}`);
  const signature = createHmac('sha256', key).update(toSign).digest('hex');
  const authorization = `AWS4-HMAC-SHA256 Credential=${credentials.accessKeyId}/${scope}, SignedHeaders=${names.join(';')}, Signature=${signature}`;
  const { host: _, ...sent } = all; // fetch sets it
  return { ...sent, authorization };
}

module.exports = { signed };
