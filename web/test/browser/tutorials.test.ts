import { describe, expect, it } from 'vitest'
import { catalogue, offer, replace, token } from './shelf'
import { stack, useBrowser, Visitor } from './visitor'

useBrowser()

describe('anybody', () => {
  it('sees every pet with its type and price, and nothing to press', async () => {
    await offer({ type: 'dog', price: 249.99 }, { type: 'cat', price: 124.99 })
    const visitor = await Visitor.arrive()
    await visitor.pet('dog').waitFor()
    expect(await visitor.pet('dog').innerText()).toContain('249.99')
    expect(await visitor.pet('cat').innerText()).toContain('124.99')
    expect(await visitor.page.getByRole('button', { name: /Buy|remove|Add/ }).count()).toBe(0)
    await visitor.look('pets-visitor')
  })
})

describe('an administrator', () => {
  it('sees remove and Add Pets, and no Buy!', async () => {
    await offer({ type: 'dog', price: 249.99 })
    const admin = await Visitor.as('admin')
    await admin.page.getByRole('button', { name: 'remove dog' }).waitFor()
    await admin.page.getByRole('button', { name: 'Add Pets' }).waitFor()
    expect(await admin.page.getByRole('button', { name: 'Buy!' }).count()).toBe(0)
    await admin.look('pets-administrator')
  })

  it('adds a frog for 4.99 and takes it off again', async () => {
    const [dog] = await offer({ type: 'dog', price: 249.99 })
    const admin = await Visitor.as('admin')
    await admin.page.getByRole('button', { name: 'Add Pets' }).click()
    await admin.page.getByLabel('Pet Type').fill('frog')
    await admin.page.getByLabel('Pet Price').fill('4.99')
    await admin.look('pets-form')
    await admin.page.getByRole('button', { name: 'save' }).click()
    await admin.says('frog for 4.99 is on the list.')
    expect(await catalogue()).toEqual([dog, { id: (dog?.id ?? 0) + 1, type: 'frog', price: 4.99 }])
    await admin.look('pets-added')
    await admin.page.getByRole('button', { name: 'remove frog' }).click()
    await admin.says('frog is no longer on the list.')
    expect(await catalogue()).toEqual([dog])
  })

  it('changes his mind', async () => {
    const [dog] = await offer({ type: 'dog', price: 249.99 })
    const admin = await Visitor.as('admin')
    await admin.page.getByRole('button', { name: 'Add Pets' }).click()
    await admin.page.getByLabel('Pet Type').fill('frog')
    await admin.page.getByRole('button', { name: 'cancel' }).click()
    await admin.page.getByRole('button', { name: 'Add Pets' }).waitFor()
    expect(await catalogue()).toEqual([dog])
  })

  it('is told beside the field what cannot be', async () => {
    await offer({ type: 'dog', price: 249.99 })
    const admin = await Visitor.as('admin')
    await admin.page.getByRole('button', { name: 'Add Pets' }).click()
    await admin.page.getByLabel('Pet Type').fill('frog')
    await admin.page.getByLabel('Pet Price').fill('four')
    await admin.page.keyboard.press('Enter')
    await admin.says('Write a number such as 4.99')
    expect(await admin.page.evaluate('document.activeElement.id')).toBe('pet-price')
    await admin.look('pets-form-wrong')
  })

  it('loses nothing when somebody else saved in between', async () => {
    const [dog, cat] = await offer({ type: 'dog', price: 249.99 }, { type: 'cat', price: 124.99 })
    const admin = await Visitor.as('admin')
    await admin.page.getByRole('button', { name: 'remove dog' }).waitFor()
    const rabbit = { id: (cat?.id ?? 0) + 1, type: 'rabbit', price: 30 }
    await replace([...(dog && cat ? [dog, cat] : []), rabbit])
    await admin.page.getByRole('button', { name: 'remove dog' }).click()
    await admin.says('The list changed in the meantime')
    await admin.pet('rabbit').waitFor()
    expect(await catalogue()).toEqual([dog, cat, rabbit])
    await admin.look('pets-412')
  })
})

describe('a buyer', () => {
  it('sees Buy! on what is not sold, and neither remove nor Add Pets', async () => {
    await offer({ type: 'dog', price: 249.99 })
    const buyer = await Visitor.as('buyer')
    await buyer.page.getByRole('button', { name: 'Buy! dog' }).waitFor()
    expect(await buyer.page.getByRole('button', { name: /remove|Add Pets/ }).count()).toBe(0)
    await buyer.look('pets-buyer')
  })

  it('buys a pet, and only he and the administrator learn who did', async () => {
    await offer({ type: 'dog', price: 249.99 }, { type: 'cat', price: 124.99 })
    const buyer = await Visitor.as('buyer')
    const watcher = await Visitor.arrive()
    await buyer.page.getByRole('button', { name: 'Buy! dog' }).click()
    await buyer.says('You bought dog for 249.99.')
    expect(await buyer.pet('dog').innerText()).toMatch(/sold\s+to you/)
    expect(await buyer.page.getByRole('button', { name: 'Buy! dog' }).count()).toBe(0)
    await buyer.look('pets-bought')
    expect((await catalogue())[0]).toMatchObject({ isSold: true, soldTo: 'fred@bedrock.example' })
    await watcher.page.reload()
    await watcher.pet('sold').waitFor()
    expect(await watcher.page.content()).not.toContain('fred@bedrock.example')
    const admin = await Visitor.as('admin')
    await admin.says('fred@bedrock.example')
  })

  it('buys once with a double click', async () => {
    await offer({ type: 'dog', price: 249.99 })
    const buyer = await Visitor.as('buyer')
    const keys: (string | undefined)[] = []
    buyer.page.on('request', (request) => {
      if (request.method() === 'POST' && request.url().endsWith('/pets/purchase')) keys.push(request.headers()['idempotency-key'])
    })
    await buyer.page.getByRole('button', { name: 'Buy! dog' }).dblclick()
    await buyer.says('You bought dog')
    expect(keys).toHaveLength(1)
    expect(keys[0]).toMatch(/^[\w-]{36}$/)
  })

  it('is told when somebody was faster', async () => {
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
    await buyer.says('That pet is not available')
    await buyer.pet('sold').waitFor()
    await buyer.look('pets-409')
  })
})

describe('unicorns', () => {
  it('show themselves to trainers, all and by name', async () => {
    const trainer = await Visitor.as('trainer', '#/unicorns')
    await trainer.page.getByRole('button', { name: 'List unicorns' }).click()
    await trainer.says('Gift: Glitter')
    await trainer.page.getByRole('textbox', { name: 'Name' }).fill('Gaia')
    await trainer.page.keyboard.press('Enter')
    await trainer.says('Gift: Flight')
    for (const name of ['Gaia', 'Magestic', 'Sparkles']) await trainer.says(name)
    await trainer.look('unicorns-trainer')
  })

  it('come to riders by name only, and the refusal says what is missing', async () => {
    const rider = await Visitor.as('rider', '#/unicorns')
    await rider.page.getByRole('textbox', { name: 'Name' }).fill('Sparkles')
    await rider.page.keyboard.press('Enter')
    await rider.says('Gift: Flight')
    await rider.page.getByRole('button', { name: 'List unicorns' }).click()
    await rider.says('You are signed in, but this needs the permission list:unicorns.')
    await rider.look('unicorns-rider')
  })

  it('have a name', async () => {
    const rider = await Visitor.as('rider', '#/unicorns')
    await rider.page.getByRole('button', { name: 'Look up' }).click()
    await rider.says('Missing Unicorn Name')
    await rider.look('unicorns-400')
  })

  it('ask strangers to sign in', async () => {
    const visitor = await Visitor.arrive('#/unicorns')
    await visitor.page.getByRole('button', { name: 'List unicorns' }).click()
    await visitor.says('This needs you to be signed in')
    await visitor.look('unicorns-401')
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
    const rights = visitor.page.getByRole('region', { name: 'Permissions' }).getByRole('listitem')
    const rows = await rights.allInnerTexts()
    expect(rows).toHaveLength(4)
    const held = rows.filter((row) => row.startsWith('granted')).map((row) => /\w+:\w+/.exec(row)?.[0])
    expect(held).toEqual(granted.split(' ').filter((scope) => scope !== ''))
    expect(rows.filter((row) => row.startsWith('refused'))).toHaveLength(4 - held.length)
    if (role === 'trainer') await visitor.look('you')
  })
})
