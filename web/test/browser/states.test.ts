import { describe, expect, it } from 'vitest'
import { offer } from './catalog'
import { stack, useBrowser, Visitor } from './visitor'

useBrowser()

const down = { message: 'Unable to retrieve pet information at this time' }

/** Returns a signed-in buyer with one dog for sale. */
async function buyerWithDog(): Promise<Visitor> {
  await offer({ type: 'dog', price: 249.99 })
  const buyer = await Visitor.as('buyer')
  await buyer.page.getByRole('button', { name: 'Buy! dog' }).waitFor()
  return buyer
}

/** Opens the page after `prepare`. */
function visitorWhen(prepare: (visitor: Visitor) => Promise<void>): Promise<Visitor> {
  return Visitor.arrive('', { prepare })
}

describe('the list', () => {
  it('while it is loading', async () => {
    let release: () => void = () => undefined
    const held = new Promise<void>((resolve) => (release = resolve))
    const visitor = await visitorWhen((v) => v.intercept('GET', '/pets', async (route) => {
      await held
      await route.fulfill({ json: [] })
    }))
    await visitor.sees('Loading the list…')
    await visitor.check('pets-loading')
    release()
  })

  it('of a catalog that was never saved', async () => {
    const visitor = await visitorWhen((v) => v.respond('GET', '/pets', 200, {}))
    await visitor.sees('The shop has not opened yet')
    await visitor.check('pets-never-opened')
  })

  it('of an empty catalog', async () => {
    const visitor = await visitorWhen((v) => v.respond('GET', '/pets', 200, []))
    await visitor.sees('The shop is empty')
    await visitor.check('pets-empty')
  })

  it('while the API is down, and after that', async () => {
    await offer({ type: 'dog', price: 249.99 })
    const visitor = await visitorWhen((v) => v.intercept('GET', '/pets', (route) => route.abort('connectionrefused'), 1))
    await visitor.sees('The shop cannot be reached')
    await visitor.check('pets-api-down')
    await visitor.page.getByRole('button', { name: 'Try again' }).click()
    await visitor.pet('dog').waitFor()
  })

  it('when the response is not a list of pets', async () => {
    const visitor = await visitorWhen((v) => v.respond('GET', '/pets', 200, { pets: 'many' }))
    await visitor.sees('The shop sent something unexpected')
    await visitor.check('pets-malformed')
  })

  it.each([
    [429, { message: 'Too Many Requests' }],
    [503, down],
  ])('when the API responds with %i', async (status, body) => {
    await offer({ type: 'dog', price: 249.99 })
    const visitor = await visitorWhen((v) => v.respond('GET', '/pets', status, body, { 'retry-after': '30' }, 1))
    await visitor.sees('The page will try again')
    expect(await visitor.page.locator('.news').innerText()).toMatch(/in (30|29|28) s/)
    await visitor.check(`pets-${status}`)
    await visitor.page.getByRole('button', { name: 'Try now' }).click()
    await visitor.pet('dog').waitFor()
  })

  it('is loaded again after Retry-After', async () => {
    await offer({ type: 'dog', price: 249.99 })
    const visitor = await visitorWhen((v) => v.respond('GET', '/pets', 503, down, { 'retry-after': '1' }, 2))
    await visitor.pet('dog').waitFor()
  })

  it('when the API stays down', async () => {
    const visitor = await visitorWhen((v) => v.respond('GET', '/pets', 503, down, { 'retry-after': '3600' }))
    await visitor.sees('The shop is not available right now')
    await visitor.check('pets-503-lasting')
  })

  it('without a network, and after that', async () => {
    await offer({ type: 'dog', price: 249.99 })
    const visitor = await Visitor.arrive()
    await visitor.pet('dog').waitFor()
    await visitor.context.setOffline(true)
    await visitor.sees('You are offline')
    await visitor.check('pets-offline')
    await offer({ type: 'cat', price: 124.99 })
    await visitor.context.setOffline(false)
    await visitor.pet('cat').waitFor()
    expect(await visitor.page.getByText('You are offline').count()).toBe(0)
  })
})

describe('a purchase', () => {
  it('with a lost response is repeated with its idempotency key', async () => {
    const buyer = await buyerWithDog()
    const keys: (string | undefined)[] = []
    buyer.page.on('request', (request) => {
      if (request.url().endsWith('/pets/purchase')) keys.push(request.headers()['idempotency-key'])
    })
    // With a new list the page would see that the purchase was carried out.
    await buyer.respond('GET', '/pets', 503, down, { 'retry-after': '3600' })
    await buyer.intercept('POST', '/pets/purchase', async (route) => {
      await route.fetch()
      await route.abort('connectionreset')
    }, 1)
    await buyer.page.getByRole('button', { name: 'Buy! dog' }).click()
    await buyer.sees('We do not know whether it worked. The list below may be out of date.')
    await buyer.check('pets-response-lost')
    await buyer.page.getByRole('button', { name: 'Buy! dog' }).click()
    await buyer.sees('You bought dog')
    expect(keys).toHaveLength(2)
    expect(keys[1]).toBe(keys[0])
  })

  it('with a lost response is recognized in the list', async () => {
    const buyer = await buyerWithDog()
    await buyer.intercept('POST', '/pets/purchase', async (route) => {
      await route.fetch()
      await route.abort('connectionreset')
    }, 1)
    await buyer.page.getByRole('button', { name: 'Buy! dog' }).click()
    await buyer.sees('You bought dog')
  })

  it('waits while the API throttles it', async () => {
    const buyer = await buyerWithDog()
    await buyer.respond('POST', '/pets/purchase', 429, { message: 'Too Many Requests' }, { 'retry-after': '1' }, 1)
    await buyer.page.getByRole('button', { name: 'Buy! dog' }).click()
    await buyer.page.getByRole('button', { name: 'Buying…' }).waitFor()
    await buyer.sees('The shop is busy')
    await buyer.sees('You bought dog')
  })

  it('without a confirmed e-mail', async () => {
    const buyer = await buyerWithDog()
    await buyer.respond('POST', '/pets/purchase', 401, { message: 'authorization failure' }, { 'www-authenticate': 'Bearer error="invalid_token", error_description="no verified e-mail"' })
    await buyer.page.getByRole('button', { name: 'Buy! dog' }).click()
    await buyer.sees('Your e-mail address is not confirmed')
    await buyer.check('pets-no-email')
  })

  it('that causes a server error', async () => {
    const buyer = await buyerWithDog()
    await buyer.respond('POST', '/pets/purchase', 500, { message: 'Internal Server Error' })
    await buyer.page.getByRole('button', { name: 'Buy! dog' }).click()
    await buyer.sees('Something went wrong in the shop')
    await buyer.check('pets-500')
  })
})

describe('an update', () => {
  it('that fails restores the list', async () => {
    await offer({ type: 'dog', price: 249.99 }, { type: 'cat', price: 124.99 })
    const admin = await Visitor.as('admin')
    await admin.page.getByRole('button', { name: 'remove dog' }).waitFor()
    let release: () => void = () => undefined
    const held = new Promise<void>((resolve) => (release = resolve))
    await admin.intercept('POST', '/pets', async (route) => {
      await held
      await route.abort('connectionrefused')
    }, 1)
    await admin.page.getByRole('button', { name: 'remove dog' }).click()
    await admin.pet('dog').waitFor({ state: 'detached' })
    release()
    await admin.pet('dog').waitFor()
    await admin.sees('The shop cannot be reached')
    await admin.check('pets-update-failed')
    await admin.page.getByRole('button', { name: 'Try again' }).click()
    await admin.sees('dog is no longer on the list.')
  })

  it('that fails keeps the form', async () => {
    await offer({ type: 'dog', price: 249.99 })
    const admin = await Visitor.as('admin')
    await admin.respond('POST', '/pets', 403, { message: 'Forbidden' }, {}, 1)
    await admin.page.getByRole('button', { name: 'Add Pets' }).click()
    await admin.page.getByLabel('Pet Type').fill('frog')
    await admin.page.getByLabel('Pet Price').fill('4.99')
    await admin.page.keyboard.press('Enter')
    await admin.sees('The pet was not added.')
    expect(await admin.page.getByLabel('Pet Type').inputValue()).toBe('frog')
    await admin.check('pets-403')
    await admin.page.getByRole('button', { name: 'save' }).click()
    await admin.sees('frog for 4.99 is on the list.')
  })
})

describe('the page itself', () => {
  it('at an unknown address', async () => {
    const visitor = await Visitor.arrive('#/dragons')
    await visitor.sees('Page not found')
    await visitor.check('not-found')
  })

  it('with an invalid config.json', async () => {
    const visitor = await visitorWhen(async (v) => {
      await v.page.route(`${stack().page}/config.json`, (route) => route.fulfill({ json: { issuer: 'http://evil.example/' } }))
    })
    await visitor.sees('The page is not set up yet')
    await visitor.sees('clientId is missing')
    await visitor.check('misconfigured')
  })

  it('for an anonymous user', async () => {
    const visitor = await Visitor.arrive('#/you')
    await visitor.sees('You are not signed in.')
    await visitor.check('you-visitor')
  })
})
