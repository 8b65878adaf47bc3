import { appendFile, mkdir } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import type { AxeResults } from 'axe-core'
import { chromium, type Browser, type BrowserContext, type Page, type Route } from 'playwright-core'
import { afterAll, afterEach, beforeAll, expect, inject } from 'vitest'
import type { Stack } from './stack'

export type Role = 'admin' | 'buyer' | 'trainer' | 'rider' | 'nobody'

const results = fileURLToPath(new URL('../../test-results/', import.meta.url))
const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8')
const flags = ['--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking', '--disable-component-update', '--disable-sync']

let browser: Browser
const open: Visitor[] = []

export function stack(): Stack {
  return inject('stack')
}

/**
 * Starts one browser for the tests of a file. After each test, no page may have reported
 * an error.
 */
export function useBrowser(): void {
  beforeAll(async () => {
    await mkdir(results, { recursive: true })
    browser = await chromium.launch({ executablePath: process.env['CHROMIUM'] ?? '/usr/bin/chromium', args: flags })
  })
  afterEach(async () => {
    const errors = open.flatMap((visitor) => visitor.errors)
    await Promise.all(open.splice(0).map((visitor) => visitor.context.close()))
    expect(errors).toEqual([])
  })
  afterAll(() => browser.close())
}

const defaultViewport = { width: 1100, height: 800 }

export interface Arrival {
  readonly viewport?: { width: number; height: number }
  /** Runs before the page is opened. */
  readonly prepare?: (visitor: Visitor) => Promise<void>
}

/** Visitor is a user with a browser context of their own. */
export class Visitor {
  readonly errors: string[] = []

  private constructor(readonly context: BrowserContext, readonly page: Page) {}

  static async arrive(hash = '', { viewport = defaultViewport, prepare }: Arrival = {}): Promise<Visitor> {
    const context = await browser.newContext({ viewport, reducedMotion: 'reduce', colorScheme: 'light' })
    const visitor = new Visitor(context, await context.newPage())
    open.push(visitor)
    visitor.watch(visitor.page)
    await prepare?.(visitor)
    await visitor.page.goto(`${stack().page}/${hash}`)
    return visitor
  }

  static async as(role: Role, hash = '', arrival: Arrival = {}): Promise<Visitor> {
    const visitor = await Visitor.arrive(hash, arrival)
    await visitor.signIn(role)
    return visitor
  }

  async signIn(role: Role): Promise<void> {
    await this.page.getByRole('banner').getByRole('button', { name: 'Sign in' }).click()
    await this.choose(role)
  }

  /** Chooses a user on the issuer's page. */
  async choose(role: Role): Promise<void> {
    await this.page.locator(`button[name=user][value=${role}]`).click()
    await this.page.getByRole('button', { name: 'Sign out' }).waitFor()
  }

  async signOut(): Promise<void> {
    await this.page.getByRole('button', { name: 'Sign out' }).click()
    await this.page.getByText('You are signed out').first().waitFor()
  }

  /** Opens another tab of the same browser. */
  async newTab(hash = ''): Promise<Page> {
    const page = await this.context.newPage()
    this.watch(page)
    await page.goto(`${stack().page}/${hash}`)
    return page
  }

  pet(text: string): ReturnType<Page['locator']> {
    return this.page.getByRole('listitem').filter({ hasText: text })
  }

  /** Waits for a text on the page. */
  sees(text: string | RegExp): Promise<void> {
    return this.page.getByText(text).first().waitFor()
  }

  /** Responds instead of the API, with its CORS headers. */
  async respond(method: string, path: string, status: number, body: unknown, headers: Record<string, string> = {}, times?: number): Promise<void> {
    await this.intercept(method, path, (route) => route.fulfill({ status, json: body, headers: { ...cors, ...headers } }), times)
  }

  async intercept(method: string, path: string, act: (route: Route) => Promise<void>, times?: number): Promise<void> {
    let left = times ?? Infinity
    await this.page.route(stack().api + path, async (route) => {
      if (route.request().method() !== method || left <= 0) return route.fallback()
      left--
      return act(route)
    })
  }

  /** Checks the page in light and dark with axe and for overflow, and keeps screenshots. */
  async check(name: string): Promise<void> {
    for (const colorScheme of ['light', 'dark'] as const) {
      await this.page.emulateMedia({ colorScheme, reducedMotion: 'reduce' })
      await this.page.evaluate(axe)
      const found = (await this.page.evaluate('axe.run(document)')) as AxeResults
      const violations = found.violations.map((v) => `${v.id}: ${v.nodes.map((n) => n.target.join(' ')).join(', ')}`)
      await this.page.screenshot({ path: `${results}${name}-${colorScheme}.png`, fullPage: true })
      await appendFile(`${results}axe.txt`, `${name} ${colorScheme}: ${violations.length} violations, ${found.passes.length} rules passed\n`)
      expect(violations, `axe, ${name}, ${colorScheme}`).toEqual([])
    }
    expect(await this.page.evaluate('document.documentElement.scrollWidth - document.documentElement.clientWidth'), `overflow, ${name}`).toBeLessThanOrEqual(0)
    await this.page.emulateMedia({ colorScheme: 'light', reducedMotion: 'reduce' })
  }

  private watch(page: Page): void {
    page.on('pageerror', (error) => this.errors.push(error.message))
    page.on('console', (message) => {
      // The browser logs every error response; many tests cause one.
      if (message.type() === 'error' && !message.text().startsWith('Failed to load resource')) this.errors.push(message.text())
    })
  }
}

export const cors = {
  'access-control-allow-origin': '*',
  'access-control-expose-headers': 'etag, link, retry-after, www-authenticate, idempotency-replayed, apigw-requestid',
}
