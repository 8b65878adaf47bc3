import { describe, expect, it } from 'vitest'
import { scopes } from '../../src/contract'
import { catalog, offer, replace, token } from './catalog'
import { stack, useBrowser, Visitor } from './visitor'

useBrowser()

describe('an anonymous user', () => {
  it('sees every pet with its type and price, and no buttons', async () => {
    await offer({ type: 'dog', price: 249.99 }, { type: 'cat', price: 124.99 })
    const visitor = await Visitor.arrive()
    await visitor.pet('dog').waitFor()
    expect(await visitor.pet('dog').innerText()).toContain('249.99')
    expect(await visitor.pet('cat').innerText()).toContain('124.99')
    expect(await visitor.page.getByRole('button', { name: /Buy|remove|Add/ }).count()).toBe(0)
    await visitor.check('pets-visitor')
  })
})

describe('an administrator', () => {
  it('sees remove and Add Pets, and no Buy!', async () => {
    await offer({ type: 'dog', price: 249.99 })
    const admin = await Visitor.as('admin')
    await admin.page.getByRole('button', { name: 'remove dog' }).waitFor()
    await admin.page.getByRole('button', { name: 'Add Pets' }).waitFor()
    expect(await admin.page.getByRole('button', { name: 'Buy!' }).count()).toBe(0)
    await admin.check('pets-administrator')
  })

  it('adds a pet, which the server numbers, and removes it', async () => {
    const [dog] = await offer({ type: 'dog', price: 249.99 })
    const admin = await Visitor.as('admin')
    await admin.page.getByRole('button', { name: 'Add Pets' }).click()
    await admin.page.getByLabel('Pet Type').fill('frog')
    await admin.page.getByLabel('Pet Price').fill('4.99')
    await admin.check('pets-form')
    await admin.page.getByRole('button', { name: 'save' }).click()
    await admin.sees('frog for 4.99 is on the list.')
    expect(await catalog()).toEqual([dog, { id: expect.any(Number), type: 'frog', price: 4.99 }])
    await admin.check('pets-added')
    await admin.page.getByRole('button', { name: 'remove frog' }).click()
    await admin.sees('frog is no longer on the list.')
    expect(await catalog()).toEqual([dog])
  })

  it('removes one pet after the other without waiting for a new list', async () => {
    await offer({ type: 'dog', price: 249.99 }, { type: 'cat', price: 124.99 }, { type: 'frog', price: 4.99 })
    const admin = await Visitor.as('admin')
    await admin.page.getByRole('button', { name: 'remove dog' }).waitFor()
    await admin.intercept('GET', '/pets', (route) => route.abort('connectionrefused'))
    await admin.page.getByRole('button', { name: 'remove dog' }).click()
    await admin.sees('dog is no longer on the list.')
    await admin.page.getByRole('button', { name: 'remove cat' }).click()
    await admin.sees('cat is no longer on the list.')
    expect((await catalog()).map((pet) => pet.type)).toEqual(['frog'])
  })

  it('cancels the form', async () => {
    const [dog] = await offer({ type: 'dog', price: 249.99 })
    const admin = await Visitor.as('admin')
    await admin.page.getByRole('button', { name: 'Add Pets' }).click()
    await admin.page.getByLabel('Pet Type').fill('frog')
    await admin.page.getByRole('button', { name: 'cancel' }).click()
    await admin.page.getByRole('button', { name: 'Add Pets' }).waitFor()
    expect(await catalog()).toEqual([dog])
  })

  it('sees what is wrong beside the field', async () => {
    await offer({ type: 'dog', price: 249.99 })
    const admin = await Visitor.as('admin')
    await admin.page.getByRole('button', { name: 'Add Pets' }).click()
    await admin.page.getByLabel('Pet Type').fill('frog')
    await admin.page.getByLabel('Pet Price').fill('four')
    await admin.page.keyboard.press('Enter')
    await admin.sees('Enter a number such as 4.99')
    expect(await admin.page.evaluate('document.activeElement.id')).toBe('pet-price')
    await admin.check('pets-form-wrong')
  })

  it('does not overwrite the change of another administrator', async () => {
    const [dog, cat] = await offer({ type: 'dog', price: 249.99 }, { type: 'cat', price: 124.99 })
    const admin = await Visitor.as('admin')
    await admin.page.getByRole('button', { name: 'remove dog' }).waitFor()
    const rabbit = { id: (cat?.id ?? 0) + 1, type: 'rabbit', price: 30 }
    await replace([...(dog && cat ? [dog, cat] : []), rabbit])
    await admin.page.getByRole('button', { name: 'remove dog' }).click()
    await admin.sees('The list has changed')
    await admin.pet('rabbit').waitFor()
    expect(await catalog()).toEqual([dog, cat, rabbit])
    await admin.check('pets-412')
  })
})

describe('a buyer', () => {
  it('sees Buy! on pets for sale, and neither remove nor Add Pets', async () => {
    await offer({ type: 'dog', price: 249.99 })
    const buyer = await Visitor.as('buyer')
    await buyer.page.getByRole('button', { name: 'Buy! dog' }).waitFor()
    expect(await buyer.page.getByRole('button', { name: /remove|Add Pets/ }).count()).toBe(0)
    await buyer.check('pets-buyer')
  })

  it('buys a pet, and only the buyer and administrators see who bought it', async () => {
    await offer({ type: 'dog', price: 249.99 }, { type: 'cat', price: 124.99 })
    const buyer = await Visitor.as('buyer')
    const watcher = await Visitor.arrive()
    await buyer.page.getByRole('button', { name: 'Buy! dog' }).click()
    await buyer.sees('You bought dog for 249.99.')
    expect(await buyer.pet('dog').innerText()).toMatch(/sold\s+to you/)
    expect(await buyer.page.getByRole('button', { name: 'Buy! dog' }).count()).toBe(0)
    await buyer.check('pets-bought')
    expect((await catalog())[0]).toMatchObject({ isSold: true, soldTo: 'fred@bedrock.example' })
    await watcher.page.reload()
    await watcher.pet('sold').waitFor()
    expect(await watcher.page.content()).not.toContain('fred@bedrock.example')
    const admin = await Visitor.as('admin')
    await admin.sees('fred@bedrock.example')
  })

  it('buys once with a double click', async () => {
    await offer({ type: 'dog', price: 249.99 })
    const buyer = await Visitor.as('buyer')
    const keys: (string | undefined)[] = []
    buyer.page.on('request', (request) => {
      if (request.method() === 'POST' && request.url().endsWith('/pets/purchase')) keys.push(request.headers()['idempotency-key'])
    })
    await buyer.page.getByRole('button', { name: 'Buy! dog' }).dblclick()
    await buyer.sees('You bought dog')
    expect(keys).toHaveLength(1)
    expect(keys[0]).toMatch(/^[\w-]{36}$/)
  })

  it('confirms the purchase of a pet that changed after it was shown', async () => {
    const [dog] = await offer({ type: 'dog', price: 9.5 })
    const buyer = await Visitor.as('buyer')
    await buyer.page.getByRole('button', { name: 'Buy! dog' }).waitFor()
    await replace([{ id: dog?.id ?? 0, type: 'crocodile', price: 999 }])
    await buyer.page.getByRole('button', { name: 'Buy! dog' }).click()
    await buyer.sees('Before: dog for 9.50. Now: crocodile for 999.00. Nothing was bought yet.')
    await buyer.pet('crocodile').waitFor()
    expect((await catalog())[0]?.isSold).toBeUndefined()
    expect(await buyer.page.evaluate('document.activeElement.className')).toBe('pet ')
    await buyer.check('pets-changed')
    await buyer.page.getByRole('button', { name: 'Buy crocodile for 999.00' }).click()
    await buyer.sees('You bought crocodile for 999.00.')
    expect((await catalog())[0]).toMatchObject({ type: 'crocodile', isSold: true })
  })

  it('does not confirm a changed price', async () => {
    const [dog] = await offer({ type: 'dog', price: 9.5 })
    const buyer = await Visitor.as('buyer')
    await buyer.page.getByRole('button', { name: 'Buy! dog' }).waitFor()
    await replace([{ id: dog?.id ?? 0, type: 'dog', price: 10 }])
    await buyer.page.getByRole('button', { name: 'Buy! dog' }).click()
    await buyer.sees('The price has changed')
    await buyer.page.getByRole('button', { name: 'Do not buy' }).click()
    await buyer.page.getByText('The price has changed').waitFor({ state: 'detached' })
    await buyer.page.getByRole('button', { name: 'Buy! dog, 10.00' }).waitFor()
    expect((await catalog())[0]?.isSold).toBeUndefined()
  })

  it('sees that another buyer was faster', async () => {
    const [dog] = await offer({ type: 'dog', price: 249.99 })
    const buyer = await Visitor.as('buyer')
    await buyer.page.getByRole('button', { name: 'Buy! dog' }).waitFor()
    const faster = await fetch(`${stack().api}/pets/purchase`, {
      method: 'POST',
      headers: { authorization: `Bearer ${await token('buyer')}`, 'content-type': 'application/json' },
      body: JSON.stringify({ petId: dog?.id }),
    })
    expect(faster.status).toBe(200)
    await buyer.page.getByRole('button', { name: 'Buy! dog' }).click()
    await buyer.sees('That pet is not available')
    await buyer.pet('sold').waitFor()
    await buyer.check('pets-409')
  })
})

describe('unicorns', () => {
  it('are listed and found by name for trainers', async () => {
    const trainer = await Visitor.as('trainer', '#/unicorns')
    await trainer.page.getByRole('button', { name: 'List unicorns' }).click()
    await trainer.sees('Gift: Glitter')
    await trainer.page.getByRole('textbox', { name: 'Name' }).fill('Gaia')
    await trainer.page.keyboard.press('Enter')
    await trainer.sees('Gift: Flight')
    for (const name of ['Gaia', 'Magestic', 'Sparkles']) await trainer.sees(name)
    await trainer.check('unicorns-trainer')
  })

  it('are found by name for riders, and the list names the missing permission', async () => {
    const rider = await Visitor.as('rider', '#/unicorns')
    await rider.page.getByRole('textbox', { name: 'Name' }).fill('Sparkles')
    await rider.page.keyboard.press('Enter')
    await rider.sees('Gift: Flight')
    await rider.page.getByRole('button', { name: 'List unicorns' }).click()
    await rider.sees('You are signed in, but this needs the permission list:unicorns.')
    await rider.check('unicorns-rider')
  })

  it('need a name', async () => {
    const rider = await Visitor.as('rider', '#/unicorns')
    await rider.page.getByRole('button', { name: 'Look up' }).click()
    await rider.sees('Missing Unicorn Name')
    await rider.check('unicorns-400')
  })

  it('need a sign-in', async () => {
    const visitor = await Visitor.arrive('#/unicorns')
    await visitor.page.getByRole('button', { name: 'List unicorns' }).click()
    await visitor.sees('Please sign in first')
    await visitor.check('unicorns-401')
  })
})

describe('permissions', () => {
  it.each([
    ['admin', 'update:pets'],
    ['buyer', 'purchase:pets'],
    ['trainer', 'read:unicorn list:unicorns'],
    ['rider', 'read:unicorn'],
    ['nobody', ''],
  ] as const)('of %s: %s', async (role, granted) => {
    const visitor = await Visitor.as(role, '#/you')
    const permissions = visitor.page.getByRole('region', { name: 'Permissions' }).getByRole('listitem')
    const rows = await permissions.allInnerTexts()
    expect(rows).toHaveLength(scopes.length)
    const held = rows.filter((row) => row.startsWith('granted')).map((row) => /\w+:\w+/.exec(row)?.[0])
    expect(held).toEqual(granted.split(' ').filter((scope) => scope !== ''))
    expect(rows.filter((row) => row.startsWith('not granted'))).toHaveLength(scopes.length - held.length)
    if (role === 'trainer') await visitor.check('you')
  })
})
