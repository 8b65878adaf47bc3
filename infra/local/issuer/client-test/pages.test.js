// The issuer's pages in Chromium: accessibility, content security policy, keyboard.
import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { createServer } from 'node:http';
import { createRequire } from 'node:module';
import { after, before, describe, test } from 'node:test';
import { chromium } from 'playwright-core';
import { discover, ISSUER, login, request } from './issuer.js';

const CHROMIUM = process.env.CHROMIUM || '/usr/bin/chromium';
const AXE = createRequire(import.meta.url).resolve('axe-core/axe.min.js');
const FLAGS = ['--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking', '--disable-component-update', '--disable-sync'];

const missing = !existsSync(CHROMIUM) && `Chromium is missing at ${CHROMIUM}: run scripts/install-chromium`;
if (missing && process.env.REQUIRE_ALL === '1') throw new Error(missing);

describe('in a browser', { skip: missing }, () => {
  let browser, config, application;
  before(async () => {
    browser = await chromium.launch({ executablePath: CHROMIUM, args: FLAGS });
    config = await discover();
    application = createServer((_, response) => response.end('the application')).listen(Number(new URL(process.env.CALLBACK_ORIGIN).port), 'localhost');
  });
  after(async () => {
    await browser.close();
    application.close();
  });

  async function open(url, options = {}) {
    // The page's own policy would block axe.
    const context = await browser.newContext({ bypassCSP: true, ...options });
    const page = await context.newPage();
    await page.goto(String(url));
    return page;
  }

  async function violations(page) {
    await page.addScriptTag({ path: AXE });
    const { violations: found } = await page.evaluate(() => globalThis.axe.run());
    return found.map((v) => `${v.id}: ${v.nodes.map((n) => n.target).join(' ')}`);
  }

  for (const colorScheme of ['light', 'dark']) {
    for (const width of [320, 1280]) {
      test(`axe finds nothing on the login page, ${colorScheme}, ${width} wide`, async () => {
        const page = await open((await request(config, { login_hint: 'ada@securedpets.example' })).url, { colorScheme, viewport: { width, height: 900 } });
        assert.deepEqual(await violations(page), []);
        assert.ok(await page.evaluate(() => document.documentElement.scrollWidth <= innerWidth), 'no horizontal scrolling');
        await page.context().close();
      });
    }
  }

  test('axe finds nothing on the error page and on the sign-out page', async () => {
    const wrong = await open((await request(config, { redirect_uri: 'https://evil.example/' })).url);
    assert.deepEqual(await violations(wrong), []);
    const { browser: jar } = await login(config, 'buyer');
    const context = await browser.newContext({ bypassCSP: true });
    await context.addCookies([...jar.cookies].map(([name, value]) => ({ name, value, url: ISSUER })));
    const signOut = await context.newPage();
    await signOut.goto(`${ISSUER}oidc/logout?client_id=secured-pets-web`);
    assert.match(await signOut.textContent('h1'), /Sign out/);
    assert.deepEqual(await violations(signOut), []);
  });

  test('signing in works by keyboard, and the policy allows the redirect', async () => {
    const messages = [];
    const page = await open((await request(config, { redirect_uri: `${process.env.CALLBACK_ORIGIN}/` })).url, { bypassCSP: false });
    page.on('console', (line) => messages.push(line.text()));
    await page.keyboard.press('Tab');
    assert.match(await page.evaluate(() => document.activeElement.textContent), /Ada Keeper/);
    await page.keyboard.press('Tab');
    await page.keyboard.press('Enter');
    await page.waitForURL(`${process.env.CALLBACK_ORIGIN}/**`);
    assert.ok(new URL(page.url()).searchParams.has('code'));
    assert.deepEqual(messages.filter((line) => !line.includes('favicon')), []);
  });

  test('the password form shows that it is local, and reports a wrong password', async () => {
    const page = await open((await request(config, { redirect_uri: `${process.env.CALLBACK_ORIGIN}/` })).url, { bypassCSP: false });
    await page.click('summary');
    await page.fill('#email', 'ada@securedpets.example');
    await page.fill('#password', 'guess');
    await page.click('text=Sign in >> nth=-1');
    assert.match(await page.textContent('[role=alert]'), /Wrong/);
    assert.match(await page.textContent('[role=note]'), /Never type a real password/);
    await page.fill('#password', 'local');
    await page.press('#password', 'Enter');
    await page.waitForURL(`${process.env.CALLBACK_ORIGIN}/**`);
  });
});
