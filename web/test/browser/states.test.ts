import { describe, expect, it } from 'vitest'
import { offer } from './shelf'
import { stack, useBrowser, Visitor } from './visitor'

useBrowser()

const down = { message: 'Unable to retrieve pet information at this time' }

/** Somebody who is in, with the API as it is from then on. */
async function buyerWithDog(): Promise<Visitor> {
  await offer({ type: 'dog', price: 249.99 })
  const buyer = await Visitor.as('buyer')
  await buyer.page.getByRole('button', { name: 'Buy! dog' }).waitFor()
  return buyer
}

/** A visitor whose first sight of the list is prepared. */
function visitorWhen(prepare: (visitor: Visitor) => Promise<void>): Promise<Visitor> {
  return Visitor.arrive('', { prepare })
}

describe('the list', () => {
  it('while it is on its way', async () => {
    let release: () => void = () => undefined
    const held = new Promise<void>((resolve) => (release = resolve))
    const visitor = await visitorWhen((v) => v.intercept('GET', '/pets', async (route) => {
      await held
      await route.fulfill({ json: [] })
    }))
    await visitor.says('Loading the list…')
    await visitor.look('pets-loading')
    release()
  })

  it('of a shop that was never opened', async () => {
    const visitor = await visitorWhen((v) => v.answer('GET', '/pets', 200, {}))
    await visitor.says('The shop has not opened yet')
    await visitor.look('pets-never-opened')
  })

  it('of an empty shop', async () => {
    const visitor = await visitorWhen((v) => v.answer('GET', '/pets', 200, []))
    await visitor.says('The shop is empty')
    await visitor.look('pets-empty')
  })

  it('when the API is down, and then is not', async () => {
    await offer({ type: 'dog', price: 249.99 })
    const visitor = await visitorWhen((v) => v.intercept('GET', '/pets', (route) => route.abort('connectionrefused'), 1))
    await visitor.says('The shop does not answer')
    await visitor.look('pets-api-down')
    await visitor.page.getByRole('button', { name: 'Try again' }).click()
    await visitor.pet('dog').waitFor()
  })

  it('when the API answers something else', async () => {
    const visitor = await visitorWhen((v) => v.answer('GET', '/pets', 200, { pets: 'many' }))
    await visitor.says('The answer makes no sense')
    await visitor.look('pets-senseless')
  })

  it.each([
    [429, { message: 'Too Many Requests' }],
    [503, down],
  ])('when the API asks for patience with %i', async (status, body) => {
    await offer({ type: 'dog', price: 249.99 })
    const visitor = await visitorWhen((v) => v.answer('GET', '/pets', status, body, { 'retry-after': '30' }, 1))
    await visitor.says('Trying again by itself')
    expect(await visitor.page.locator('.news').innerText()).toMatch(/in (30|29|28) s/)
    await visitor.look(`pets-${status}`)
    await visitor.page.getByRole('button', { name: 'Try now' }).click()
    await visitor.pet('dog').waitFor()
  })

  it('goes on by itself after the time the API named', async () => {
    await offer({ type: 'dog', price: 249.99 })
    const visitor = await visitorWhen((v) => v.answer('GET', '/pets', 503, down, { 'retry-after': '1' }, 2))
    await visitor.pet('dog').waitFor()
  })

  it('when the shop stays down', async () => {
    const visitor = await visitorWhen((v) => v.answer('GET', '/pets', 503, down, { 'retry-after': '3600' }))
    await visitor.says('The shop cannot answer right now')
    await visitor.look('pets-503-for-good')
  })

  it('without a network, and with it again', async () => {
    await offer({ type: 'dog', price: 249.99 })
    const visitor = await Visitor.arrive()
    await visitor.pet('dog').waitFor()
    await visitor.context.setOffline(true)
    await visitor.says('You are offline')
    await visitor.look('pets-offline')
    await offer({ type: 'cat', price: 124.99 })
    await visitor.context.setOffline(false)
    await visitor.pet('cat').waitFor()
    expect(await visitor.page.getByText('You are offline').count()).toBe(0)
  })
})

describe('a purchase', () => {
  it('whose answer got lost is repeated under its key', async () => {
    const buyer = await buyerWithDog()
    const keys: (string | undefined)[] = []
    buyer.page.on('request', (request) => {
      if (request.url().endsWith('/pets/purchase')) keys.push(request.headers()['idempotency-key'])
    })
    // The list stays as it was, or the page would see that the purchase has arrived.
    await buyer.answer('GET', '/pets', 503, down, { 'retry-after': '3600' })
    await buyer.intercept('POST', '/pets/purchase', async (route) => {
      await route.fetch()
      await route.abort('connectionreset')
    }, 1)
    await buyer.page.getByRole('button', { name: 'Buy! dog' }).click()
    await buyer.says('Whether it arrived is not known; the list below may be old.')
    await buyer.look('pets-answer-lost')
    await buyer.page.getByRole('button', { name: 'Buy! dog' }).click()
    await buyer.says('You bought dog')
    expect(keys).toHaveLength(2)
    expect(keys[1]).toBe(keys[0])
  })

  it('whose answer got lost is recognised in the list', async () => {
    const buyer = await buyerWithDog()
    await buyer.intercept('POST', '/pets/purchase', async (route) => {
      await route.fetch()
      await route.abort('connectionreset')
    }, 1)
    await buyer.page.getByRole('button', { name: 'Buy! dog' }).click()
    await buyer.says('You bought dog')
  })

  it('waits when too many buy', async () => {
    const buyer = await buyerWithDog()
    await buyer.answer('POST', '/pets/purchase', 429, { message: 'Too Many Requests' }, { 'retry-after': '1' }, 1)
    await buyer.page.getByRole('button', { name: 'Buy! dog' }).click()
    await buyer.page.getByRole('button', { name: 'Buying…' }).waitFor()
    await buyer.says('The shop is busy')
    await buyer.says('You bought dog')
  })

  it('without a confirmed e-mail', async () => {
    const buyer = await buyerWithDog()
    await buyer.answer('POST', '/pets/purchase', 401, { message: 'authorization failure' }, { 'www-authenticate': 'Bearer error="invalid_token", error_description="no verified e-mail"' })
    await buyer.page.getByRole('button', { name: 'Buy! dog' }).click()
    await buyer.says('The shop does not know who buys')
    await buyer.look('pets-no-email')
  })

  it('that breaks in the shop', async () => {
    const buyer = await buyerWithDog()
    await buyer.answer('POST', '/pets/purchase', 500, { message: 'Internal Server Error' })
    await buyer.page.getByRole('button', { name: 'Buy! dog' }).click()
    await buyer.says('Something broke in the shop')
    await buyer.look('pets-500')
  })
})

describe('an update', () => {
  it('that fails puts the list back and says so', async () => {
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
    await admin.says('The shop does not answer')
    await admin.look('pets-update-failed')
    await admin.page.getByRole('button', { name: 'Try again' }).click()
    await admin.says('dog is no longer on the list.')
  })

  it('keeps what was typed', async () => {
    await offer({ type: 'dog', price: 249.99 })
    const admin = await Visitor.as('admin')
    await admin.answer('POST', '/pets', 403, { message: 'Forbidden' }, {}, 1)
    await admin.page.getByRole('button', { name: 'Add Pets' }).click()
    await admin.page.getByLabel('Pet Type').fill('frog')
    await admin.page.getByLabel('Pet Price').fill('4.99')
    await admin.page.keyboard.press('Enter')
    await admin.says('The pet was not added.')
    expect(await admin.page.getByLabel('Pet Type').inputValue()).toBe('frog')
    await admin.look('pets-403')
    await admin.page.getByRole('button', { name: 'save' }).click()
    await admin.says('frog for 4.99 is on the list.')
  })
})

describe('the page itself', () => {
  it('at an address that leads nowhere', async () => {
    const visitor = await Visitor.arrive('#/dragons')
    await visitor.says('Nothing here')
    await visitor.look('nowhere')
  })

  it('without its configuration', async () => {
    const visitor = await visitorWhen(async (v) => {
      await v.page.route(`${stack().page}/config.json`, (route) => route.fulfill({ json: { issuer: 'http://evil.example/' } }))
    })
    await visitor.says('The page is not set up yet')
    await visitor.says('clientId is missing')
    await visitor.look('misconfigured')
  })

  it('for a stranger who wonders what he may', async () => {
    const visitor = await Visitor.arrive('#/you')
    await visitor.says('You are not signed in.')
    await visitor.look('you-visitor')
  })
})
