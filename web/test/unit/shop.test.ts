import { beforeEach, describe, expect, it, vi } from 'vitest'
import type { Client } from '../../src/client'
import { Failure } from '../../src/failure'
import type { Catalogue, Pet } from '../../src/pet'
import { Shop } from '../../src/shop'

const dog: Pet = { id: 1, type: 'dog', price: 249.99, isSold: false }
const cat: Pet = { id: 2, type: 'cat', price: 124.99, isSold: false }
const mine: Pet = { ...dog, isSold: true, soldTo: 'fred@bedrock.example' }

const api = {
  pets: vi.fn<() => Promise<Catalogue>>(),
  save: vi.fn<Client['save']>(),
  buy: vi.fn<Client['buy']>(),
}
const told = vi.fn()
let shop: Shop

beforeEach(async () => {
  vi.resetAllMocks()
  api.pets.mockResolvedValue({ pets: [dog, cat], etag: '"7"', neverSaved: false })
  shop = new Shop(api as unknown as Client, () => undefined, told)
  await shop.load()
})

/** A promise that the test settles. */
function deferred<T>(): { promise: Promise<T>; resolve: (value: T) => void; reject: (error: Failure) => void } {
  let resolve!: (value: T) => void
  let reject!: (error: Failure) => void
  const promise = new Promise<T>((yes, no) => {
    resolve = yes
    reject = no
  })
  return { promise, resolve, reject }
}

describe('load', () => {
  it('keeps the list on the screen when it cannot be renewed', async () => {
    api.pets.mockRejectedValue(new Failure('unreachable'))
    await shop.load()
    expect(shop).toMatchObject({ phase: 'ready', pets: [dog, cat], failure: { kind: 'unreachable' } })
  })

  it('lets an old answer not overwrite a newer one', async () => {
    const late = deferred<Catalogue>()
    api.pets.mockReturnValueOnce(late.promise)
    const first = shop.load()
    api.pets.mockResolvedValueOnce({ pets: [cat], neverSaved: false })
    await shop.load()
    late.resolve({ pets: [dog], neverSaved: false })
    await first
    expect(shop.pets).toEqual([cat])
  })
})

describe('buy', () => {
  const key = (call: number): string => String(api.buy.mock.calls[call]?.[1])

  it('buys once for two clicks', async () => {
    const answer = deferred<{ pets: Pet[]; whole: boolean }>()
    api.buy.mockReturnValue(answer.promise)
    const first = shop.buy(dog)
    const second = shop.buy(dog)
    answer.resolve({ pets: [mine, cat], whole: true })
    await Promise.all([first, second])
    expect(api.buy).toHaveBeenCalledTimes(1)
    expect(shop.news).toMatchObject({ kind: 'done', did: 'buy', pet: dog })
    expect(told).toHaveBeenCalledTimes(1)
  })

  it.each(['unreachable', 'slow', 'broken'] as const)('repeats the same purchase after %s', async (kind) => {
    api.buy.mockRejectedValueOnce(new Failure(kind)).mockResolvedValueOnce({ pets: [mine, cat], whole: true })
    await shop.buy(dog)
    await shop.buy(dog)
    expect(key(1)).toBe(key(0))
  })

  it('means a new purchase after an answer', async () => {
    api.buy.mockRejectedValueOnce(new Failure('taken')).mockResolvedValueOnce({ pets: [mine, cat], whole: true })
    await shop.buy(dog)
    await shop.buy(dog)
    expect(key(1)).not.toBe(key(0))
  })

  it('uses another key for another pet', async () => {
    api.buy.mockResolvedValue({ pets: [], whole: true })
    await Promise.all([shop.buy(dog), shop.buy(cat)])
    expect(key(1)).not.toBe(key(0))
  })

  it('shows the present list after a refusal', async () => {
    api.buy.mockRejectedValue(new Failure('taken'))
    api.pets.mockResolvedValue({ pets: [{ ...dog, isSold: true }, cat], neverSaved: false })
    await shop.buy(dog)
    expect(shop.pets[0]?.isSold).toBe(true)
    expect(shop.news).toMatchObject({ kind: 'failed', did: 'buy', failure: { kind: 'taken' } })
  })
})

describe('an update', () => {
  it('carries the version it was made on', async () => {
    await shop.remove(dog)
    expect(api.save).toHaveBeenCalledWith([cat], '"7"')
  })

  it('is on the screen at once and taken back when it fails', async () => {
    const answer = deferred<void>()
    api.save.mockReturnValue(answer.promise)
    api.pets.mockRejectedValue(new Failure('unreachable')) // nor can the present list be had
    const removing = shop.remove(dog)
    expect(shop.pets).toEqual([cat])
    answer.reject(new Failure('forbidden'))
    await removing
    expect(shop.pets).toEqual([dog, cat])
    expect(shop.news).toMatchObject({ kind: 'failed', did: 'remove', failure: { kind: 'forbidden' } })
    expect(told).not.toHaveBeenCalled()
  })

  it('loads the new list when somebody else was faster', async () => {
    api.save.mockRejectedValue(new Failure('stale'))
    api.pets.mockResolvedValue({ pets: [cat], etag: '"8"', neverSaved: false })
    await shop.remove(dog)
    expect(shop.pets).toEqual([cat])
    await shop.remove(cat)
    expect(api.save).toHaveBeenLastCalledWith([], '"8"')
  })

  it('waits for the one before it', async () => {
    const answer = deferred<void>()
    api.save.mockReturnValue(answer.promise)
    const first = shop.remove(dog)
    await shop.remove(cat)
    expect(api.save).toHaveBeenCalledTimes(1)
    answer.resolve()
    await first
  })

  it('keeps what was typed when it fails, and closes the form when it succeeds', async () => {
    shop.openDraft()
    api.save.mockRejectedValueOnce(new Failure('unavailable', { retryAfter: 3600 }))
    await shop.add('frog', '4.99')
    expect(shop.draft).toMatchObject({ type: 'frog', price: '4.99' })
    await shop.add('frog', '4.99')
    expect(shop.draft).toBeUndefined()
    expect(api.save).toHaveBeenLastCalledWith([dog, cat, { id: 3, type: 'frog', price: 4.99, isSold: false }], '"7"')
  })

  it('sends nothing that cannot be', async () => {
    shop.openDraft()
    expect(await shop.add('frog', 'four')).toBe(false)
    expect(api.save).not.toHaveBeenCalled()
    expect(shop.draft?.problems.price).toMatch(/number/)
  })
})

describe('a change whose answer got lost', () => {
  it.each<[string, readonly Pet[], () => Promise<unknown>]>([
    ['a purchase', [mine, cat], () => shop.buy(dog)],
    ['a removal', [cat], () => shop.remove(dog)],
    ['an addition', [dog, cat, { id: 3, type: 'frog', price: 4.99, isSold: false }], () => shop.add('frog', '4.99')],
  ])('is done when the list shows it: %s', async (_, pets, change) => {
    api.buy.mockRejectedValue(new Failure('unreachable'))
    api.save.mockRejectedValue(new Failure('unreachable'))
    api.pets.mockResolvedValue({ pets, neverSaved: false })
    await change()
    expect(shop.news?.kind).toBe('done')
    expect(shop.draft).toBeUndefined()
    expect(told).toHaveBeenCalledTimes(1)
  })

  it.each<[string, () => Promise<unknown>]>([
    ['a purchase', () => shop.buy(dog)],
    ['a removal', () => shop.remove(dog)],
    ['an addition', () => shop.add('frog', '4.99')],
  ])('is told as open when the list does not: %s', async (_, change) => {
    api.buy.mockRejectedValue(new Failure('unreachable'))
    api.save.mockRejectedValue(new Failure('unreachable'))
    await change()
    expect(shop.news).toMatchObject({ kind: 'failed', failure: { kind: 'unreachable' } })
    expect(told).not.toHaveBeenCalled()
  })

  it('is not guessed from a sale to somebody else', async () => {
    api.buy.mockRejectedValue(new Failure('unreachable'))
    api.pets.mockResolvedValue({ pets: [{ ...dog, isSold: true }, cat], neverSaved: false })
    await shop.buy(dog)
    expect(shop.news?.kind).toBe('failed')
  })
})

describe('forget', () => {
  it('leaves nothing that belonged to somebody', async () => {
    api.buy.mockResolvedValue({ pets: [mine, cat], whole: true })
    api.pets.mockResolvedValue({ pets: [mine, cat], neverSaved: false })
    await shop.buy(dog)
    shop.openDraft()
    shop.forget()
    expect(JSON.stringify([shop.pets, shop.news, shop.draft])).not.toContain('fred')
    expect(shop.draft).toBeUndefined()
  })
})
