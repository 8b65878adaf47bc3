import { describe, expect, it } from 'vitest'
import { command, offer } from './catalog'
import { cors, stack, useBrowser, Visitor } from './visitor'

useBrowser()

const refused = { 'www-authenticate': 'Bearer error="invalid_token"' }

async function issuerDown(visitor: Visitor): Promise<void> {
  await visitor.context.route(`${stack().issuer}**`, (route) => route.abort('connectionrefused'))
}

async function issuerUp(visitor: Visitor): Promise<void> {
  await visitor.context.unroute(`${stack().issuer}**`)
}

describe('a sign-in', () => {
  it('returns to the screen where it started', async () => {
    const rider = await Visitor.as('rider', '#/unicorns')
    expect(rider.page.url()).toBe(`${stack().page}/#/unicorns`)
    await rider.page.getByRole('heading', { name: 'Unicorns', level: 1 }).waitFor()
  })

  it('that the user cancels', async () => {
    const visitor = await Visitor.arrive('#/unicorns')
    await visitor.page.getByRole('banner').getByRole('button', { name: 'Sign in' }).click()
    await visitor.page.getByRole('button', { name: 'Cancel and go back' }).click()
    await visitor.sees('The sign-in was not completed')
    expect(visitor.page.url()).toBe(`${stack().page}/#/unicorns`)
    await visitor.check('session-refused')
  })

  it('of another page is rejected', async () => {
    const visitor = await Visitor.arrive()
    await visitor.page.goto(`${stack().page}/?code=stolen&state=foreign`)
    await visitor.sees('This sign-in was not started here')
    expect(visitor.page.url()).toBe(`${stack().page}/`)
    expect(await visitor.page.getByRole('button', { name: 'Sign out' }).count()).toBe(0)
    await visitor.check('session-mismatch')
  })

  it('while the issuer is down', async () => {
    await offer({ type: 'dog', price: 249.99 })
    const visitor = await Visitor.arrive()
    await issuerDown(visitor)
    await visitor.page.getByRole('banner').getByRole('button', { name: 'Sign in' }).click()
    await visitor.sees('The sign-in service is not responding')
    await visitor.pet('dog').waitFor()
    await visitor.check('session-issuer-down')
    await issuerUp(visitor)
    await visitor.page.getByRole('button', { name: 'Try again' }).click()
    await visitor.choose('buyer')
  })

  it('can be left with Back', async () => {
    const visitor = await Visitor.arrive('#/unicorns')
    await visitor.page.getByRole('banner').getByRole('button', { name: 'Sign in' }).click()
    await visitor.page.getByRole('heading', { name: /Sign in to/ }).waitFor()
    await visitor.page.goBack()
    await visitor.page.getByRole('banner').getByRole('button', { name: 'Sign in' }).waitFor()
    expect(visitor.page.url()).toBe(`${stack().page}/#/unicorns`)
  })
})

describe('a reload', () => {
  it('keeps the user and the screen', async () => {
    await offer({ type: 'dog', price: 249.99 })
    const buyer = await Visitor.as('buyer')
    await buyer.page.getByRole('link', { name: 'You', exact: true }).click()
    await buyer.page.reload()
    await buyer.sees('Signed in as Fred Flintstone.')
    expect(buyer.page.url()).toBe(`${stack().page}/#/you`)
    await buyer.page.getByRole('link', { name: 'Pets', exact: true }).click()
    await buyer.page.getByRole('button', { name: 'Buy! dog' }).click()
    await buyer.sees('You bought dog')
  })

  it('while the issuer is down shows the pets and keeps the session for later', async () => {
    await offer({ type: 'dog', price: 249.99 })
    const buyer = await Visitor.as('buyer')
    await issuerDown(buyer)
    await buyer.page.reload()
    await buyer.sees('The sign-in service is not responding')
    await buyer.pet('dog').waitFor()
    await issuerUp(buyer)
    await buyer.page.reload()
    await buyer.page.getByRole('button', { name: 'Sign out' }).waitFor()
  })

  it('adds no step for Back', async () => {
    const buyer = await Visitor.as('buyer')
    await buyer.page.getByRole('link', { name: 'Unicorns' }).click()
    await buyer.page.reload()
    await buyer.page.getByRole('button', { name: 'Sign out' }).waitFor()
    await buyer.page.goBack()
    await buyer.page.getByRole('heading', { name: 'Pets', level: 1 }).waitFor()
    // The previous history entry is another document and restores the session too.
    await buyer.page.getByRole('button', { name: 'Sign out' }).waitFor()
    await buyer.page.goForward()
    await buyer.page.getByRole('heading', { name: 'Unicorns', level: 1 }).waitFor()
  })

  it('after the session ended at the issuer', async () => {
    const buyer = await Visitor.as('buyer')
    await buyer.context.clearCookies()
    await buyer.page.reload()
    await buyer.sees('Your session has ended')
    await buyer.check('session-ended')
    await buyer.page.reload()
    await buyer.page.getByRole('banner').getByRole('button', { name: 'Sign in' }).waitFor()
  })
})

describe('a session', () => {
  it('continues after a rotation of the signing keys', async () => {
    await offer({ type: 'dog', price: 249.99 })
    const buyer = await Visitor.as('buyer')
    await command('rotate-keys')
    await buyer.page.getByRole('button', { name: 'Buy! dog' }).click()
    await buyer.sees('You bought dog')
    // The next token is signed with the new key.
    await buyer.respond('GET', '/pets', 401, { message: 'Unauthorized' }, refused, 1)
    const [cat] = await offer({ type: 'cat', price: 124.99 })
    const renewed = buyer.page.waitForResponse(`${stack().issuer}oauth/token`)
    await buyer.page.evaluate("window.dispatchEvent(new Event('online'))")
    expect((await renewed).status()).toBe(200)
    await buyer.page.getByRole('button', { name: 'Buy! cat' }).click()
    await buyer.sees('You bought cat')
    expect(cat).toBeDefined()
  })

  it('that ended is reported, and can be renewed by signing in', async () => {
    await offer({ type: 'dog', price: 249.99 })
    const buyer = await Visitor.as('buyer')
    await buyer.page.route(`${stack().issuer}oauth/token`, (route) => route.fulfill({ status: 403, json: { error: 'invalid_grant' }, headers: cors }), { times: 1 })
    await buyer.respond('POST', '/pets/purchase', 401, { message: 'Unauthorized' }, refused, 1)
    await buyer.page.getByRole('button', { name: 'Buy! dog' }).click()
    await buyer.sees('Your session has ended')
    await buyer.sees('Nothing was bought.')
    await buyer.check('session-expired')
    await buyer.page.getByRole('main').getByRole('button', { name: 'Sign in' }).click()
    await buyer.page.getByRole('button', { name: 'Buy! dog' }).click()
    await buyer.sees('You bought dog')
  })

  it('ends with the sign-out', async () => {
    const buyer = await Visitor.as('buyer')
    await buyer.signOut()
    await buyer.check('session-signed-out')
    await buyer.page.reload()
    await buyer.page.getByRole('banner').getByRole('button', { name: 'Sign in' }).click()
    // The issuer's session has ended too, so it shows its dialog.
    await buyer.page.getByRole('heading', { name: /Sign in to/ }).waitFor()
    await buyer.page.goBack()
    await buyer.page.getByRole('banner').getByRole('button', { name: 'Sign in' }).waitFor()
  })

  it('ends here if the issuer is down', async () => {
    const buyer = await Visitor.as('buyer')
    await issuerDown(buyer)
    await buyer.page.getByRole('button', { name: 'Sign out' }).click()
    await buyer.sees('You are signed out here')
    await buyer.check('session-signed-out-here')
    await buyer.page.reload()
    await buyer.page.getByRole('banner').getByRole('button', { name: 'Sign in' }).waitFor()
  })
})

describe('two tabs', () => {
  it('show each other’s changes', async () => {
    await offer({ type: 'dog', price: 249.99 })
    const buyer = await Visitor.as('buyer')
    const other = await buyer.newTab()
    await other.getByRole('button', { name: 'Buy! dog' }).waitFor()
    await buyer.page.getByRole('button', { name: 'Buy! dog' }).click()
    await buyer.sees('You bought dog')
    await other.getByText('to you').waitFor()
  })

  it('sign out together', async () => {
    const buyer = await Visitor.as('buyer')
    const other = await buyer.newTab('#/you')
    await other.getByText('Signed in as Fred Flintstone.').waitFor()
    await buyer.signOut()
    await other.getByText('You signed out in another tab').waitFor()
    expect(await other.getByText('fred@bedrock.example').count()).toBe(0)
  })

  it('can continue with the same account', async () => {
    const visitor = await Visitor.arrive()
    const other = await visitor.newTab('#/you')
    await other.getByText('You are not signed in.').waitFor()
    await visitor.signIn('rider')
    await other.getByText('You signed in in another tab').waitFor()
    await other.getByRole('button', { name: 'Continue here' }).click()
    await other.getByText('Signed in as Rory Rider.').waitFor()
  })
})
