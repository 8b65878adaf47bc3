import { describe, expect, it } from 'vitest'
import { catalogue, offer } from './shelf'
import { type Role, useBrowser, Visitor } from './visitor'

useBrowser()

const calls = ['List the pets', 'Save the list as it is', 'Save over somebody else’s change', 'Buy a pet', 'List the unicorns', 'Look up a unicorn'] as const

/** Sends a call of the laboratory and gives back the status that it shows. */
async function send(visitor: Visitor, call: string, input?: string): Promise<string> {
  const panel = visitor.page.getByRole('main').getByRole('listitem').filter({ has: visitor.page.getByRole('heading', { name: call, exact: true }) })
  if (input !== undefined) await panel.getByRole('textbox').fill(input)
  await panel.getByRole('button', { name: 'Send' }).click()
  return panel.locator('.status').innerText()
}

describe('what the API says to', () => {
  it.each<[Role | 'stranger', readonly string[]]>([
    // In the order of `calls`. A purchase of a number that nobody ever offered is 409 for whoever may buy.
    ['stranger', ['200', '401', '401', '401', '401', '401']],
    ['nobody', ['200', '403', '403', '403', '403', '403']],
    ['admin', ['200', '200', '412', '403', '403', '403']],
    ['buyer', ['200', '403', '403', '409', '403', '403']],
    ['rider', ['200', '403', '403', '403', '403', '200']],
    ['trainer', ['200', '403', '403', '403', '200', '200']],
  ])('%s', async (role, expected) => {
    const [dog] = await offer({ type: 'dog', price: 249.99 })
    const visitor = role === 'stranger' ? await Visitor.arrive('#/try') : await Visitor.as(role, '#/try')
    const seen: string[] = []
    for (const call of calls) seen.push(await send(visitor, call, call === 'Buy a pet' ? '1' : undefined))
    expect(seen).toEqual(expected)
    expect(await catalogue()).toEqual([dog])
    await visitor.look(`try-${role}`)
  })
})

describe('the laboratory', () => {
  it('leaves the token at home when told so', async () => {
    const trainer = await Visitor.as('trainer', '#/try')
    expect(await send(trainer, 'List the unicorns')).toBe('200')
    await trainer.page.getByLabel('Send without my token').check()
    expect(await send(trainer, 'List the unicorns')).toBe('401')
  })

  it('passes on what the API finds wrong', async () => {
    const buyer = await Visitor.as('buyer', '#/try')
    expect(await send(buyer, 'Buy a pet', 'one')).toBe('400')
    await buyer.says('The API refused the request')
  })

  it('buys for real when it is allowed', async () => {
    const [dog] = await offer({ type: 'dog', price: 249.99 })
    const buyer = await Visitor.as('buyer', '#/try')
    expect(await send(buyer, 'Buy a pet', String(dog?.id))).toBe('200')
    await buyer.page.getByRole('link', { name: 'Pets', exact: true }).click()
    await buyer.pet('sold').waitFor()
  })
})
