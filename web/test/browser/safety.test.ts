import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { offer } from './catalog'
import { stack, useBrowser, Visitor } from './visitor'

useBrowser()

const attacks = [
  '<img src=x onerror=window.__x=1>',
  '<script>window.__x=1</script>',
  '"><svg onload=window.__x=1>',
  '{{constructor.constructor("window.__x=1")()}}',
  '${window.__x=1}',
  'javascript:window.__x=1',
  '?lit$0$<!--?lit$-->',
  '__proto__',
]

/** Returns whether an attack set its mark, and how many elements it made. */
async function injected(visitor: Visitor): Promise<unknown> {
  return visitor.page.evaluate("[window.__x, document.querySelectorAll('main img, main script, main [onload], main [onerror]').length]")
}

describe('input', () => {
  it.each(attacks)('is text as the type of a pet: %s', async (type) => {
    await offer({ type, price: 1 })
    const buyer = await Visitor.as('buyer')
    expect(await buyer.page.getByRole('heading', { level: 2 }).textContent()).toBe(type)
    await buyer.page.getByRole('button', { name: 'Buy!' }).click()
    await buyer.sees('You bought')
    expect(await injected(buyer)).toEqual([undefined, 0])
  })

  it.each(attacks)('is text as the name of a unicorn: %s', async (name) => {
    const rider = await Visitor.as('rider', '#/unicorns')
    await rider.page.getByRole('textbox', { name: 'Name' }).fill(name)
    await rider.page.keyboard.press('Enter')
    await rider.sees('Gift: Flight')
    expect(await rider.page.getByRole('heading', { level: 3 }).textContent()).toBe(name)
    expect(await injected(rider)).toEqual([undefined, 0])
  })

  it('is text as an error message of the API', async () => {
    const rider = await Visitor.as('rider', '#/unicorns')
    await rider.page.route(`${stack().api}/unicorns`, (route) =>
      route.fulfill({ status: 400, json: { message: attacks[0] }, headers: { 'access-control-allow-origin': '*' } }),
    )
    await rider.page.getByRole('button', { name: 'List unicorns' }).click()
    await rider.sees('<img src=x onerror=window.__x=1>')
    expect(await injected(rider)).toEqual([undefined, 0])
  })

  it.each([...attacks, '/%2f/evil.example', '/unicorns?x=<img src=x onerror=window.__x=1>'])('is ignored as an address: %s', async (hash) => {
    const visitor = await Visitor.arrive(`#${hash}`)
    await visitor.sees('Page not found')
    expect(await injected(visitor)).toEqual([undefined, 0])
  })

  it.each(['error=access_denied', 'error=<img src=x onerror=window.__x=1>', 'code=1'])('is not shown from a forged callback: %s', async (parameters) => {
    const visitor = await Visitor.arrive(`?state=x&error_description=Call+555-1234+now&${parameters}`)
    await visitor.sees('This sign-in was not started here')
    expect(await visitor.page.content()).not.toContain('555-1234')
    expect(await injected(visitor)).toEqual([undefined, 0])
  })
})

describe('the content security policy', () => {
  it('allows nothing inline and only the hosts of API and issuer', async () => {
    const response = await fetch(stack().page)
    const policy = response.headers.get('content-security-policy')
    const issuer = new URL(stack().issuer).origin
    expect(policy).toBe(
      `default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self' ${stack().api} ${issuer}; ` +
        `base-uri 'none'; form-action 'none'; frame-ancestors 'none'; require-trusted-types-for 'script'; trusted-types lit-html`,
    )
    for (const [name, value] of Object.entries({ 'x-content-type-options': 'nosniff', 'referrer-policy': 'no-referrer', 'x-frame-options': 'DENY' })) {
      expect(response.headers.get(name), name).toBe(value)
    }
    expect(await response.text()).not.toMatch(/<script>|<style|\son\w+=|style=/)
  })

  it.each([
    ['HTML from a string', "document.body.innerHTML = '<b>x</b>'", 'TypeError'],
    ['code from a string', "setTimeout('window.__x = 1')", 'TypeError'],
    ['a script from a string', "document.createElement('script').text = 'window.__x = 1'", 'TypeError'],
    ['another Trusted Types policy', "trustedTypes.createPolicy('mine', { createHTML: (s) => s })", 'TypeError'],
    ['a script of another origin', "await import('data:text/javascript,window.__x=1')", 'TypeError'],
    ['a request to another host', "await fetch('https://evil.example/')", 'TypeError'],
  ])('blocks %s', async (_, code, error) => {
    const visitor = await Visitor.arrive()
    const outcome = await visitor.page.evaluate(`(async () => { try { ${code}; return 'allowed' } catch (e) { return e.name } })()`)
    expect(outcome).toBe(error)
    expect(await injected(visitor)).toEqual([undefined, 0])
    visitor.errors.length = 0 // the browser reports what it blocked
  })

  it('blocks frames of the page', async () => {
    const visitor = await Visitor.arrive()
    await visitor.page.route('http://frame.example/', (route) => route.fulfill({ contentType: 'text/html', body: `<iframe src="${stack().page}/"></iframe>` }))
    await visitor.page.goto('http://frame.example/')
    expect(await visitor.page.frames().at(-1)?.evaluate('document.querySelector("#page")')).toBeNull()
    visitor.errors.length = 0
  })
})

describe('tokens', () => {
  it('stay in memory', async () => {
    const tokens: string[] = []
    const buyer = await Visitor.arrive()
    buyer.page.on('response', async (response) => {
      if (!response.url().endsWith('/oauth/token')) return
      const body = (await response.json()) as Record<string, string>
      tokens.push(...['access_token', 'refresh_token', 'id_token'].map((name) => body[name] ?? ''))
    })
    await buyer.signIn('buyer')
    expect(tokens).toHaveLength(3)
    const kept = await buyer.page.evaluate('JSON.stringify([{ ...localStorage }, { ...sessionStorage }, document.cookie, location.href, document.documentElement.outerHTML])')
    for (const token of tokens) expect(kept).not.toContain(token)
    expect(await buyer.page.evaluate('Object.keys(localStorage)')).toEqual(['securedpets.signed-in'])
    expect(await buyer.page.evaluate('Object.keys(sessionStorage)')).toEqual([])
  })

  it('are sent to the API and the issuer only', async () => {
    await offer({ type: 'dog', price: 1 })
    const buyer = await Visitor.arrive()
    const origins = new Set<string>()
    buyer.page.on('request', (request) => origins.add(new URL(request.url()).origin))
    await buyer.signIn('buyer')
    await buyer.page.getByRole('button', { name: 'Buy! dog' }).click()
    await buyer.sees('You bought dog')
    expect([...origins].toSorted()).toEqual([stack().api, new URL(stack().issuer).origin, stack().page].toSorted())
  })

  it('and settings are not in the build', () => {
    const folder = join(stack().root, 'web/dist')
    for (const file of readdirSync(folder, { recursive: true, withFileTypes: true })) {
      if (!file.isFile()) continue
      const text = readFileSync(join(file.parentPath, file.name), 'utf8')
      expect(text, file.name).not.toMatch(/localhost:\d|securedpets\.example|secured-pets-web/)
    }
  })
})
