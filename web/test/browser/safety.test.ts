import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { offer } from './shelf'
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

/** Whether any attack came through: the mark is set, or an element stands where text should. */
async function breach(visitor: Visitor): Promise<unknown> {
  return visitor.page.evaluate("[window.__x, document.querySelectorAll('main img, main script, main [onload], main [onerror]').length]")
}

describe('data', () => {
  it.each(attacks)('is text: %s', async (type) => {
    await offer({ type, price: 1 })
    const buyer = await Visitor.as('buyer')
    expect(await buyer.page.getByRole('heading', { level: 2 }).textContent()).toBe(type)
    await buyer.page.getByRole('button', { name: 'Buy!' }).click()
    await buyer.says('You bought')
    expect(await breach(buyer)).toEqual([undefined, 0])
  })

  it.each(attacks)('is text as the name of a unicorn: %s', async (name) => {
    const rider = await Visitor.as('rider', '#/unicorns')
    await rider.page.getByRole('textbox', { name: 'Name' }).fill(name)
    await rider.page.keyboard.press('Enter')
    await rider.says('Gift: Flight')
    expect(await rider.page.getByRole('heading', { level: 3 }).textContent()).toBe(name)
    expect(await breach(rider)).toEqual([undefined, 0])
  })

  it('is text as a message of the API', async () => {
    const rider = await Visitor.as('rider', '#/unicorns')
    await rider.page.route(`${stack().api}/unicorns`, (route) =>
      route.fulfill({ status: 400, json: { message: attacks[0] }, headers: { 'access-control-allow-origin': '*' } }),
    )
    await rider.page.getByRole('button', { name: 'List unicorns' }).click()
    await rider.says('<img src=x onerror=window.__x=1>')
    expect(await breach(rider)).toEqual([undefined, 0])
  })

  it.each([...attacks, '/%2f/evil.example', '/unicorns?x=<img src=x onerror=window.__x=1>'])('is nothing as an address: %s', async (hash) => {
    const visitor = await Visitor.arrive(`#${hash}`)
    await visitor.says('Nothing here')
    expect(await breach(visitor)).toEqual([undefined, 0])
  })

  it.each(['error=access_denied', 'error=<img src=x onerror=window.__x=1>', 'code=1'])('is not shown from a forged answer: %s', async (answer) => {
    const visitor = await Visitor.arrive(`?state=x&error_description=Call+555-1234+now&${answer}`)
    await visitor.says('That sign-in was not begun here')
    expect(await visitor.page.content()).not.toContain('555-1234')
    expect(await breach(visitor)).toEqual([undefined, 0])
  })
})

describe('the policy', () => {
  it('is served as it is written, with nothing inline and no host but the two', async () => {
    const answer = await fetch(stack().page)
    const policy = answer.headers.get('content-security-policy')
    const issuer = new URL(stack().issuer).origin
    expect(policy).toBe(
      `default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self' ${stack().api} ${issuer}; ` +
        `base-uri 'none'; form-action 'none'; frame-ancestors 'none'; require-trusted-types-for 'script'; trusted-types lit-html`,
    )
    for (const [name, value] of Object.entries({ 'x-content-type-options': 'nosniff', 'referrer-policy': 'no-referrer', 'x-frame-options': 'DENY' })) {
      expect(answer.headers.get(name), name).toBe(value)
    }
    expect(await answer.text()).not.toMatch(/<script>|<style|\son\w+=|style=/)
  })

  it.each([
    ['HTML from a string', "document.body.innerHTML = '<b>x</b>'", 'TypeError'],
    ['code from a string', "setTimeout('window.__x = 1')", 'TypeError'],
    ['a script from a string', "document.createElement('script').text = 'window.__x = 1'", 'TypeError'],
    ['a policy of its own', "trustedTypes.createPolicy('mine', { createHTML: (s) => s })", 'TypeError'],
    ['a script of elsewhere', "await import('data:text/javascript,window.__x=1')", 'TypeError'],
    ['a call to elsewhere', "await fetch('https://evil.example/')", 'TypeError'],
  ])('refuses %s', async (_, code, error) => {
    const visitor = await Visitor.arrive()
    const outcome = await visitor.page.evaluate(`(async () => { try { ${code}; return 'allowed' } catch (e) { return e.name } })()`)
    expect(outcome).toBe(error)
    expect(await breach(visitor)).toEqual([undefined, 0])
    visitor.complaints.length = 0 // the browser reports what it refused
  })

  it('lets nobody frame the page', async () => {
    const visitor = await Visitor.arrive()
    await visitor.page.route('http://frame.example/', (route) => route.fulfill({ contentType: 'text/html', body: `<iframe src="${stack().page}/"></iframe>` }))
    await visitor.page.goto('http://frame.example/')
    expect(await visitor.page.frames().at(-1)?.evaluate('document.querySelector("#page")')).toBeNull()
    visitor.complaints.length = 0
  })
})

describe('secrets', () => {
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

  it('go to the API and the issuer, and to nobody else', async () => {
    await offer({ type: 'dog', price: 1 })
    const buyer = await Visitor.arrive()
    const origins = new Set<string>()
    buyer.page.on('request', (request) => origins.add(new URL(request.url()).origin))
    await buyer.signIn('buyer')
    await buyer.page.getByRole('button', { name: 'Buy! dog' }).click()
    await buyer.says('You bought dog')
    expect([...origins].toSorted()).toEqual([stack().api, new URL(stack().issuer).origin, stack().page].toSorted())
  })

  it('are not in what was built', () => {
    const folder = join(stack().root, 'web/dist')
    for (const file of readdirSync(folder, { recursive: true, withFileTypes: true })) {
      if (!file.isFile()) continue
      const text = readFileSync(join(file.parentPath, file.name), 'utf8')
      expect(text, file.name).not.toMatch(/localhost:\d|securedpets\.example|secured-pets-web/)
    }
  })
})
