import { describe, expect, it } from 'vitest'
import { command, offer } from './shelf'
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
  it('leads back to the place it was begun at', async () => {
    const rider = await Visitor.as('rider', '#/unicorns')
    expect(rider.page.url()).toBe(`${stack().page}/#/unicorns`)
    await rider.page.getByRole('heading', { name: 'Unicorns', level: 1 }).waitFor()
  })

  it('that the person cancels', async () => {
    const visitor = await Visitor.arrive('#/unicorns')
    await visitor.page.getByRole('banner').getByRole('button', { name: 'Sign in' }).click()
    await visitor.page.getByRole('button', { name: 'Cancel and go back' }).click()
    await visitor.says('The sign-in was not completed')
    expect(visitor.page.url()).toBe(`${stack().page}/#/unicorns`)
    await visitor.look('session-refused')
  })

  it('that another page began is not accepted', async () => {
    const visitor = await Visitor.arrive()
    await visitor.page.goto(`${stack().page}/?code=stolen&state=foreign`)
    await visitor.says('That sign-in was not begun here')
    expect(visitor.page.url()).toBe(`${stack().page}/`)
    expect(await visitor.page.getByRole('button', { name: 'Sign out' }).count()).toBe(0)
    await visitor.look('session-mismatch')
  })

  it('while the issuer is down', async () => {
    await offer({ type: 'dog', price: 249.99 })
    const visitor = await Visitor.arrive()
    await issuerDown(visitor)
    await visitor.page.getByRole('banner').getByRole('button', { name: 'Sign in' }).click()
    await visitor.says('The sign-in service does not answer')
    await visitor.pet('dog').waitFor()
    await visitor.look('session-issuer-down')
    await issuerUp(visitor)
    await visitor.page.getByRole('button', { name: 'Try again' }).click()
    await visitor.choose('buyer')
  })

  it('can be left with the back button', async () => {
    const visitor = await Visitor.arrive('#/unicorns')
    await visitor.page.getByRole('banner').getByRole('button', { name: 'Sign in' }).click()
    await visitor.page.getByRole('heading', { name: /Sign in to/ }).waitFor()
    await visitor.page.goBack()
    await visitor.page.getByRole('banner').getByRole('button', { name: 'Sign in' }).waitFor()
    expect(visitor.page.url()).toBe(`${stack().page}/#/unicorns`)
  })
})

describe('a reload', () => {
  it('keeps the person and the place', async () => {
    await offer({ type: 'dog', price: 249.99 })
    const buyer = await Visitor.as('buyer')
    await buyer.page.getByRole('link', { name: 'You', exact: true }).click()
    await buyer.page.reload()
    await buyer.says('Signed in as Fred Flintstone.')
    expect(buyer.page.url()).toBe(`${stack().page}/#/you`)
    await buyer.page.getByRole('link', { name: 'Pets', exact: true }).click()
    await buyer.page.getByRole('button', { name: 'Buy! dog' }).click()
    await buyer.says('You bought dog')
  })

  it('while the issuer is down shows the pets, and the session is there again later', async () => {
    await offer({ type: 'dog', price: 249.99 })
    const buyer = await Visitor.as('buyer')
    await issuerDown(buyer)
    await buyer.page.reload()
    await buyer.says('The sign-in service does not answer')
    await buyer.pet('dog').waitFor()
    await issuerUp(buyer)
    await buyer.page.reload()
    await buyer.page.getByRole('button', { name: 'Sign out' }).waitFor()
  })

  it('leaves the back button as it was', async () => {
    const buyer = await Visitor.as('buyer')
    await buyer.page.getByRole('link', { name: 'Unicorns' }).click()
    await buyer.page.reload()
    await buyer.page.getByRole('button', { name: 'Sign out' }).waitFor()
    await buyer.page.goBack()
    await buyer.page.getByRole('heading', { name: 'Pets', level: 1 }).waitFor()
    // The page before the reload is another document: it gets its session back as well.
    await buyer.page.getByRole('button', { name: 'Sign out' }).waitFor()
    await buyer.page.goForward()
    await buyer.page.getByRole('heading', { name: 'Unicorns', level: 1 }).waitFor()
  })

  it('after the session ended at the issuer', async () => {
    const buyer = await Visitor.as('buyer')
    await buyer.context.clearCookies()
    await buyer.page.reload()
    await buyer.says('Your session has ended')
    await buyer.look('session-ended')
    await buyer.page.reload()
    await buyer.page.getByRole('banner').getByRole('button', { name: 'Sign in' }).waitFor()
  })
})

describe('a session', () => {
  it('outlives a new signing key', async () => {
    await offer({ type: 'dog', price: 249.99 })
    const buyer = await Visitor.as('buyer')
    await command('rotate-keys')
    await buyer.page.getByRole('button', { name: 'Buy! dog' }).click()
    await buyer.says('You bought dog')
    // Tokens of the new key are accepted as well: the next one is signed by it.
    await buyer.answer('GET', '/pets', 401, { message: 'Unauthorized' }, refused, 1)
    const [cat] = await offer({ type: 'cat', price: 124.99 })
    const renewed = buyer.page.waitForResponse(`${stack().issuer}oauth/token`)
    await buyer.page.evaluate("window.dispatchEvent(new Event('online'))")
    expect((await renewed).status()).toBe(200)
    await buyer.page.getByRole('button', { name: 'Buy! cat' }).click()
    await buyer.says('You bought cat')
    expect(cat).toBeDefined()
  })

  it('that ended is told, and signing in leads back', async () => {
    await offer({ type: 'dog', price: 249.99 })
    const buyer = await Visitor.as('buyer')
    await buyer.page.route(`${stack().issuer}oauth/token`, (route) => route.fulfill({ status: 403, json: { error: 'invalid_grant' }, headers: cors }), { times: 1 })
    await buyer.answer('POST', '/pets/purchase', 401, { message: 'Unauthorized' }, refused, 1)
    await buyer.page.getByRole('button', { name: 'Buy! dog' }).click()
    await buyer.says('Your session has ended')
    await buyer.says('Nothing was bought.')
    await buyer.look('session-expired')
    await buyer.page.getByRole('main').getByRole('button', { name: 'Sign in' }).click()
    await buyer.page.getByRole('button', { name: 'Buy! dog' }).click()
    await buyer.says('You bought dog')
  })

  it('ends with the sign-out, and stays so', async () => {
    const buyer = await Visitor.as('buyer')
    await buyer.signOut()
    await buyer.look('session-signed-out')
    await buyer.page.reload()
    await buyer.page.getByRole('banner').getByRole('button', { name: 'Sign in' }).click()
    // The issuer has forgotten him too: it asks who he is.
    await buyer.page.getByRole('heading', { name: /Sign in to/ }).waitFor()
    await buyer.page.goBack()
    await buyer.page.getByRole('banner').getByRole('button', { name: 'Sign in' }).waitFor()
  })

  it('ends here although the issuer is down', async () => {
    const buyer = await Visitor.as('buyer')
    await issuerDown(buyer)
    await buyer.page.getByRole('button', { name: 'Sign out' }).click()
    await buyer.says('You are signed out here')
    await buyer.look('session-signed-out-here')
    await buyer.page.reload()
    await buyer.page.getByRole('banner').getByRole('button', { name: 'Sign in' }).waitFor()
  })
})

describe('two tabs', () => {
  it('see each other’s changes', async () => {
    await offer({ type: 'dog', price: 249.99 })
    const buyer = await Visitor.as('buyer')
    const other = await buyer.newTab()
    await other.getByRole('button', { name: 'Buy! dog' }).waitFor()
    await buyer.page.getByRole('button', { name: 'Buy! dog' }).click()
    await buyer.says('You bought dog')
    await other.getByText('to you').waitFor()
  })

  it('end together', async () => {
    const buyer = await Visitor.as('buyer')
    const other = await buyer.newTab('#/you')
    await other.getByText('Signed in as Fred Flintstone.').waitFor()
    await buyer.signOut()
    await other.getByText('You signed out in another tab').waitFor()
    expect(await other.getByText('fred@bedrock.example').count()).toBe(0)
  })

  it('can go on with the same account', async () => {
    const visitor = await Visitor.arrive()
    const other = await visitor.newTab('#/you')
    await other.getByText('You are not signed in.').waitFor()
    await visitor.signIn('rider')
    await other.getByText('You signed in in another tab').waitFor()
    await other.getByRole('button', { name: 'Continue here' }).click()
    await other.getByText('Signed in as Rory Rider.').waitFor()
  })
})
