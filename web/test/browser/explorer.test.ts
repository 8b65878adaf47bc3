import { describe, expect, it } from 'vitest'
import { catalog, offer } from './catalog'
import { type Role, useBrowser, Visitor } from './visitor'

useBrowser()

const examples = ['List the pets', 'Save the list as it is', 'Save an outdated list', 'Buy a pet', 'List the unicorns', 'Look up a unicorn'] as const

/** Sends an example and returns the status that the page shows. */
async function send(visitor: Visitor, example: string, input?: string): Promise<string> {
  const panel = visitor.page.getByRole('main').getByRole('listitem').filter({ has: visitor.page.getByRole('heading', { name: example, exact: true }) })
  if (input !== undefined) await panel.getByRole('textbox').fill(input)
  await panel.getByRole('button', { name: 'Send' }).click()
  return panel.locator('.status').innerText()
}

describe('the examples', () => {
  it.each<[Role | 'anonymous', readonly string[]]>([
    // In the order of `examples`. No pet has the id 1, so a buyer gets 409.
    ['anonymous', ['200', '401', '401', '401', '401', '401']],
    ['nobody', ['200', '403', '403', '403', '403', '403']],
    ['admin', ['200', '200', '412', '403', '403', '403']],
    ['buyer', ['200', '403', '403', '409', '403', '403']],
    ['rider', ['200', '403', '403', '403', '403', '200']],
    ['trainer', ['200', '403', '403', '403', '200', '200']],
  ])('of %s', async (role, expected) => {
    const [dog] = await offer({ type: 'dog', price: 249.99 })
    const visitor = role === 'anonymous' ? await Visitor.arrive('#/try') : await Visitor.as(role, '#/try')
    const seen: string[] = []
    for (const example of examples) seen.push(await send(visitor, example, example === 'Buy a pet' ? '1' : undefined))
    expect(seen).toEqual(expected)
    expect(await catalog()).toEqual([dog])
    await visitor.check(`try-${role}`)
  })
})

describe('an example', () => {
  it('is sent without a token on request', async () => {
    const trainer = await Visitor.as('trainer', '#/try')
    expect(await send(trainer, 'List the unicorns')).toBe('200')
    await trainer.page.getByLabel('Send as if I were not signed in').check()
    expect(await send(trainer, 'List the unicorns')).toBe('401')
  })

  it('shows the error of the API', async () => {
    const buyer = await Visitor.as('buyer', '#/try')
    expect(await send(buyer, 'Buy a pet', 'one')).toBe('400')
    await buyer.sees('The shop did not accept this')
  })

  it('is a real purchase if it is permitted', async () => {
    const [dog] = await offer({ type: 'dog', price: 249.99 })
    const buyer = await Visitor.as('buyer', '#/try')
    expect(await send(buyer, 'Buy a pet', String(dog?.id))).toBe('200')
    await buyer.page.getByRole('link', { name: 'Pets', exact: true }).click()
    await buyer.pet('sold').waitFor()
  })
})
