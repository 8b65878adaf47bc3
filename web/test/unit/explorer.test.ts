import { beforeEach, describe, expect, it, vi } from 'vitest'
import type { Client } from '../../src/api/client'
import type { ApiRequest } from '../../src/api/request'
import { type Example, examples, Explorer } from '../../src/model/explorer'

const dog = { id: 1, type: 'dog', price: 249.99 }
const api = { pets: vi.fn<Client['pets']>(), send: vi.fn<Client['send']>() }
const announce = vi.fn()
let explorer: Explorer

beforeEach(() => {
  vi.resetAllMocks()
  api.pets.mockResolvedValue({ pets: [dog], etag: '"7"', neverSaved: false })
  responds(200)
  explorer = new Explorer(api as unknown as Client, () => undefined, announce)
})

function responds(status: number): void {
  api.send.mockResolvedValue({ status, headers: new Headers(), body: {}, hasToken: true })
}

async function send(id: Example['id'], input = ''): Promise<ApiRequest | undefined> {
  const example = examples.find((e) => e.id === id)
  if (example !== undefined) await explorer.run(example, input)
  return api.send.mock.lastCall?.[0]
}

describe('an example', () => {
  it('saves the list with its version, or with an outdated one', async () => {
    expect(await send('save')).toMatchObject({ body: { pets: [dog] }, headers: { 'if-match': '"7"' } })
    expect(await send('outdated')).toMatchObject({ body: { pets: [dog] }, headers: { 'if-match': '"outdated"' } })
  })

  it('buys a pet as the list shows it', async () => {
    expect((await send('buy', '1'))?.body).toEqual({ petId: 1, expect: { type: 'dog', price: 249.99 } })
  })

  it('buys a pet that the list does not show', async () => {
    expect((await send('buy', '2'))?.body).toEqual({ petId: 2 })
  })

  it('sends no token if it must be anonymous', async () => {
    explorer.anonymous = true
    await send('unicorns')
    expect(api.send.mock.lastCall?.[1]).toBe(true)
  })

  it.each([
    ['save', 200, 1],
    ['save', 412, 0],
    ['list', 200, 0],
  ] as const)('%s with status %i announces %i changes', async (id, status, changes) => {
    responds(status)
    await send(id)
    expect(announce).toHaveBeenCalledTimes(changes)
    expect(explorer.outcomes.get(id)?.failure === undefined).toBe(status === 200)
  })
})
