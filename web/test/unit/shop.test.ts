import { beforeEach, describe, expect, it, vi } from 'vitest'
import type { Client } from '../../src/api/client'
import { Failure } from '../../src/api/failure'
import type { Catalog } from '../../src/api/pet'
import type { Pet } from '../../src/contract'
import { Shop } from '../../src/model/shop'

const dog: Pet = { id: 1, type: 'dog', price: 249.99 }
const cat: Pet = { id: 2, type: 'cat', price: 124.99 }
const frog: Pet = { id: 3, type: 'frog', price: 4.99 }
const bought: Pet = { ...dog, isSold: true, soldTo: 'fred@bedrock.example' }

const api = {
  pets: vi.fn<() => Promise<Catalog>>(),
  save: vi.fn<Client['save']>(),
  buy: vi.fn<Client['buy']>(),
}
const announce = vi.fn()
let shop: Shop

beforeEach(async () => {
  vi.resetAllMocks()
  catalogIs([dog, cat], '"7"')
  shop = new Shop(api as unknown as Client, () => undefined, announce)
  await shop.load()
  api.pets.mockClear()
})

function catalogIs(pets: readonly Pet[], etag?: string): void {
  api.pets.mockResolvedValue({ pets, neverSaved: false, ...(etag === undefined ? {} : { etag }) })
}

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
  it('keeps the list if it cannot be loaded again', async () => {
    api.pets.mockRejectedValue(new Failure('unreachable'))
    await shop.load()
    expect(shop).toMatchObject({ phase: 'ready', pets: [dog, cat], failure: { kind: 'unreachable' } })
  })

  it('ignores a response that a later one has overtaken', async () => {
    const late = deferred<Catalog>()
    api.pets.mockReturnValueOnce(late.promise)
    const first = shop.load()
    catalogIs([cat])
    await shop.load()
    late.resolve({ pets: [dog], neverSaved: false })
    await first
    expect(shop.pets).toEqual([cat])
  })
})

describe('buy', () => {
  const key = (call: number): string => String(api.buy.mock.calls[call]?.[1])

  it('buys once for two clicks', async () => {
    const response = deferred<Pet>()
    api.buy.mockReturnValue(response.promise)
    const first = shop.buy(dog)
    const second = shop.buy(dog)
    response.resolve(bought)
    await Promise.all([first, second])
    expect(api.buy).toHaveBeenCalledTimes(1)
    expect(announce).toHaveBeenCalledTimes(1)
  })

  it('sends the pet as shown and reports the pet of the response', async () => {
    const sold = { ...bought, type: 'hound' }
    api.buy.mockResolvedValue(sold)
    await shop.buy(dog)
    expect(api.buy).toHaveBeenCalledWith(dog, key(0))
    expect(shop.news).toEqual({ kind: 'bought', pet: sold })
    expect(shop.pets).toEqual([sold, cat])
  })

  it('ignores a list requested before the purchase', async () => {
    const early = deferred<Catalog>()
    api.pets.mockReturnValueOnce(early.promise)
    const loading = shop.load()
    api.buy.mockResolvedValue(bought)
    await shop.buy(dog)
    early.resolve({ pets: [dog, cat], neverSaved: false })
    await loading
    expect(shop.pets).toEqual([bought, cat])
  })

  it.each(['unreachable', 'timeout', 'server-error', 'unavailable', 'malformed'] as const)('repeats the same purchase after %s', async (kind) => {
    api.buy.mockRejectedValueOnce(new Failure(kind, { retryAfter: 3600 })).mockResolvedValueOnce(bought)
    await shop.buy(dog)
    await shop.buy(dog)
    expect(key(1)).toBe(key(0))
  })

  it.each(['conflict', 'changed', 'forbidden', 'key-reused'] as const)('starts a new purchase after %s', async (kind) => {
    api.buy.mockRejectedValueOnce(new Failure(kind)).mockResolvedValueOnce(bought)
    await shop.buy(dog)
    await shop.buy(dog)
    expect(key(1)).not.toBe(key(0))
  })

  it('uses another key for another pet', async () => {
    api.buy.mockResolvedValue(bought)
    await Promise.all([shop.buy(dog), shop.buy(cat)])
    expect(key(1)).not.toBe(key(0))
  })

  it('uses another key at another price, although the outcome of the first purchase is unknown', async () => {
    api.buy.mockRejectedValueOnce(new Failure('unreachable')).mockResolvedValueOnce(bought)
    await shop.buy(dog)
    await shop.buy({ ...dog, price: 300 })
    expect(key(1)).not.toBe(key(0))
  })

  it('loads the list after a refusal', async () => {
    api.buy.mockRejectedValue(new Failure('conflict'))
    catalogIs([{ ...dog, isSold: true }, cat])
    await shop.buy(dog)
    expect(shop.pets[0]?.isSold).toBe(true)
    expect(shop.news).toMatchObject({ kind: 'failed', action: 'buy', failure: { kind: 'conflict' } })
  })
})

describe('a pet that changed before it was bought', () => {
  const crocodile: Pet = { id: 1, type: 'crocodile', price: 999 }

  beforeEach(() => api.buy.mockRejectedValueOnce(new Failure('changed')))

  it.each([
    ['type and price', crocodile],
    ['price', { ...dog, price: 250 }],
    ['type', { ...dog, type: 'wolf' }],
  ])('is shown with its new %s and not bought', async (_, now) => {
    catalogIs([now, cat])
    await shop.buy(dog)
    expect(shop.news).toEqual({ kind: 'changed', shown: dog, now })
    expect(shop.pets).toEqual([now, cat])
    expect(api.buy).toHaveBeenCalledTimes(1)
    expect(announce).not.toHaveBeenCalled()
  })

  it('is bought as it is now by a second click', async () => {
    catalogIs([crocodile, cat])
    await shop.buy(dog)
    api.buy.mockResolvedValueOnce({ ...crocodile, isSold: true })
    await shop.buy(crocodile)
    expect(api.buy).toHaveBeenLastCalledWith(crocodile, expect.any(String))
    expect(shop.news).toMatchObject({ kind: 'bought', pet: crocodile })
  })

  it('is shown again if it changes again', async () => {
    catalogIs([crocodile, cat])
    await shop.buy(dog)
    api.buy.mockRejectedValueOnce(new Failure('changed'))
    catalogIs([{ ...crocodile, price: 1000 }, cat])
    await shop.buy(crocodile)
    expect(shop.news).toEqual({ kind: 'changed', shown: crocodile, now: { ...crocodile, price: 1000 } })
  })

  it.each<[string, readonly Pet[]]>([
    ['removed', [cat]],
    ['sold', [{ ...crocodile, isSold: true }, cat]],
  ])('is not available if it is %s now', async (_, pets) => {
    catalogIs(pets)
    await shop.buy(dog)
    expect(shop.news).toMatchObject({ kind: 'failed', action: 'buy', failure: { kind: 'conflict' } })
  })

  it.each([
    ['the list cannot be loaded', () => api.pets.mockRejectedValue(new Failure('unreachable'))],
    ['the list shows no difference', () => undefined],
  ])('is reported as changed if %s', async (_, prepare) => {
    prepare()
    await shop.buy(dog)
    expect(shop.news).toMatchObject({ kind: 'failed', action: 'buy', failure: { kind: 'changed' } })
  })
})

describe('remove', () => {
  it('sends the version of the list', async () => {
    await shop.remove(dog)
    expect(api.save).toHaveBeenCalledWith([cat], '"7"')
  })

  it('continues with the version of the response, without loading the list', async () => {
    api.save.mockResolvedValueOnce('"8"').mockResolvedValueOnce('"9"')
    await shop.remove(dog)
    await shop.remove(cat)
    expect(api.save).toHaveBeenLastCalledWith([], '"8"')
    expect(api.pets).not.toHaveBeenCalled()
    expect(shop.news).toEqual({ kind: 'removed', pet: cat })
  })

  it('loads the list if the response has no version', async () => {
    catalogIs([cat], '"8"')
    await shop.remove(dog)
    await shop.remove(cat)
    expect(api.save).toHaveBeenLastCalledWith([], '"8"')
  })

  it('never continues without a version', async () => {
    api.pets.mockRejectedValue(new Failure('unreachable'))
    await shop.remove(dog)
    await shop.remove(cat)
    expect(api.save).toHaveBeenLastCalledWith([], '"7"')
  })

  it('ignores a list requested before the update', async () => {
    const early = deferred<Catalog>()
    api.pets.mockReturnValueOnce(early.promise)
    const loading = shop.load()
    api.save.mockResolvedValue('"8"')
    await shop.remove(dog)
    early.resolve({ pets: [dog, cat], etag: '"7"', neverSaved: false })
    await loading
    expect(shop.pets).toEqual([cat])
    await shop.remove(cat)
    expect(api.save).toHaveBeenLastCalledWith([], '"8"')
  })

  it('is shown at once and undone if it fails', async () => {
    const response = deferred<string>()
    api.save.mockReturnValue(response.promise)
    api.pets.mockRejectedValue(new Failure('unreachable')) // nor can the list be loaded
    const removing = shop.remove(dog)
    expect(shop.pets).toEqual([cat])
    response.reject(new Failure('forbidden'))
    await removing
    expect(shop.pets).toEqual([dog, cat])
    expect(shop.news).toMatchObject({ kind: 'failed', action: 'remove', failure: { kind: 'forbidden' } })
    expect(announce).not.toHaveBeenCalled()
  })

  it('loads the list after a conflicting update', async () => {
    api.save.mockRejectedValue(new Failure('changed'))
    catalogIs([cat], '"8"')
    await shop.remove(dog)
    expect(shop.pets).toEqual([cat])
    expect(shop.news).toMatchObject({ kind: 'failed', failure: { kind: 'changed' } })
    await shop.remove(cat)
    expect(api.save).toHaveBeenLastCalledWith([], '"8"')
  })

  it('is ignored during another update, and so is a refresh', async () => {
    const response = deferred<string>()
    api.save.mockReturnValue(response.promise)
    const first = shop.remove(dog)
    await shop.remove(cat)
    await shop.add('frog', '4.99')
    await shop.refresh()
    expect(api.save).toHaveBeenCalledTimes(1)
    expect(api.pets).not.toHaveBeenCalled()
    response.resolve('"8"')
    await first
    expect(shop.saving).toBe(false)
  })
})

describe('add', () => {
  beforeEach(() => shop.openDraft())

  it('sends the pet without an id and shows it with the id of the server', async () => {
    catalogIs([dog, cat, frog], '"8"')
    expect(await shop.add('frog', '4.99')).toBe(true)
    expect(api.save).toHaveBeenCalledWith([dog, cat, { type: 'frog', price: 4.99 }], '"7"')
    expect(shop.pets).toEqual([dog, cat, frog])
    expect(shop.news).toEqual({ kind: 'added', pet: { type: 'frog', price: 4.99 } })
    expect(shop.draft).toBeUndefined()
  })

  it('never sends the new version with a list that lacks the new pet', async () => {
    api.save.mockResolvedValue('"8"')
    api.pets.mockRejectedValue(new Failure('unreachable'))
    await shop.add('frog', '4.99')
    await shop.remove(dog)
    expect(api.save).toHaveBeenLastCalledWith([cat], '"7"')
  })

  it('allows no other update until the new list is loaded', async () => {
    const list = deferred<Catalog>()
    api.save.mockResolvedValue('"8"')
    api.pets.mockReturnValueOnce(list.promise)
    const adding = shop.add('frog', '4.99')
    await vi.waitFor(() => expect(api.pets).toHaveBeenCalledTimes(1))
    await shop.remove(dog)
    expect(api.save).toHaveBeenCalledTimes(1)
    list.resolve({ pets: [dog, cat, frog], etag: '"8"', neverSaved: false })
    await adding
    await shop.remove(dog)
    expect(api.save).toHaveBeenLastCalledWith([cat, frog], '"8"')
  })

  it('keeps the form if it fails', async () => {
    api.save.mockRejectedValueOnce(new Failure('unavailable', { retryAfter: 3600 }))
    await shop.add('frog', '4.99')
    expect(shop.draft).toMatchObject({ type: 'frog', price: '4.99' })
    expect(shop.news).toMatchObject({ kind: 'failed', action: 'add' })
  })

  it('sends nothing invalid', async () => {
    expect(await shop.add('frog', 'four')).toBe(false)
    expect(api.save).not.toHaveBeenCalled()
    expect(shop.draft?.problems.price).toBe('Enter a number such as 4.99, with at most two decimals.')
  })
})

describe('a change with a lost response', () => {
  beforeEach(() => {
    api.buy.mockRejectedValue(new Failure('unreachable'))
    api.save.mockRejectedValue(new Failure('unreachable'))
  })

  it.each<[string, readonly Pet[], () => Promise<unknown>, unknown]>([
    ['purchase', [bought, cat], () => shop.buy(dog), { kind: 'bought', pet: bought }],
    ['purchase of a pet that changed', [{ ...bought, price: 200 }, cat], () => shop.buy(dog), { kind: 'bought', pet: { ...bought, price: 200 } }],
    ['removal', [cat], () => shop.remove(dog), { kind: 'removed', pet: dog }],
    ['addition', [dog, cat, frog], () => shop.add('frog', '4.99'), { kind: 'added', pet: { type: 'frog', price: 4.99 } }],
  ])('is done if the list shows it: %s', async (_, pets, change, news) => {
    catalogIs(pets)
    await change()
    expect(shop.news).toEqual(news)
    expect(shop.draft).toBeUndefined()
    expect(announce).toHaveBeenCalledTimes(1)
  })

  it.each<[string, () => Promise<unknown>]>([
    ['purchase', () => shop.buy(dog)],
    ['removal', () => shop.remove(dog)],
    ['addition', () => shop.add('frog', '4.99')],
    ['addition of a pet like another', () => shop.add('dog', '249.99')],
  ])('is unknown if the list does not show it: %s', async (_, change) => {
    await change()
    expect(shop.news).toMatchObject({ kind: 'failed', failure: { kind: 'unreachable' } })
    expect(announce).not.toHaveBeenCalled()
  })

  it('is unknown if the pet was sold to another buyer', async () => {
    catalogIs([{ ...dog, isSold: true }, cat])
    await shop.buy(dog)
    expect(shop.news?.kind).toBe('failed')
  })
})

describe('forget', () => {
  it('removes everything about the previous user', async () => {
    api.buy.mockResolvedValue(bought)
    await shop.buy(dog)
    shop.openDraft()
    shop.forget()
    expect(JSON.stringify([shop.pets, shop.news, shop.draft])).not.toContain('fred')
    expect(shop.pets).toEqual([{ ...dog, isSold: true }, cat])
    expect(shop.draft).toBeUndefined()
  })
})
