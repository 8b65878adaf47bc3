import { describe, expect, it, vi } from 'vitest'
import { Client, type TokenSource } from '../../src/api/client'

interface Sent {
  readonly url: string
  readonly init: RequestInit
}

/** A client of an API with the given responses, in order. */
function clientOf(responses: readonly (Response | Error)[], tokens: Partial<TokenSource> = {}): { client: Client; sent: Sent[] } {
  const sent: Sent[] = []
  const rest = [...responses]
  const fetch = vi.fn((url: string | URL | Request, init: RequestInit = {}) => {
    sent.push({ url: String(url), init })
    const next = rest.shift()
    if (next === undefined) throw new Error('unexpected request')
    return next instanceof Error ? Promise.reject(next) : Promise.resolve(next)
  })
  const anonymous: TokenSource = { token: () => Promise.resolve(undefined), renew: () => Promise.resolve(undefined) }
  return { client: new Client('https://api.example', { ...anonymous, ...tokens }, fetch), sent }
}

function json(body: unknown, init: ResponseInit = {}): Response {
  return new Response(JSON.stringify(body), init)
}

function header(sent: Sent | undefined, name: string): string | null {
  return new Headers(sent?.init.headers).get(name)
}

const dog = { id: 1, type: 'dog', price: 249.99 }
const soldDog = { ...dog, isSold: true, soldTo: 'fred@bedrock.example' }
const cat = { id: 2, type: 'cat', price: 1 }

describe('pets', () => {
  it('sends no token for an anonymous user', async () => {
    const { client, sent } = clientOf([json([dog], { headers: { etag: '"7"' } })])
    expect(await client.pets()).toEqual({ pets: [dog], etag: '"7"', neverSaved: false })
    expect(header(sent[0], 'authorization')).toBeNull()
    expect(sent[0]?.init.credentials).toBe('omit')
  })

  it('loads every result page, because an update replaces all of them', async () => {
    const { client, sent } = clientOf([
      json([dog], { headers: { link: '</pets?limit=1&cursor=abc>; rel="next"', etag: '"7"' } }),
      json([cat]),
    ])
    expect((await client.pets()).pets.map((pet) => pet.id)).toEqual([1, 2])
    expect(sent[1]?.url).toBe('https://api.example/pets?limit=1&cursor=abc')
  })

  it('sends no token to another host that a link names', async () => {
    const { client, sent } = clientOf(
      [json([dog], { headers: { link: '<https://evil.example/pets?cursor=abc>; rel="next"' } }), json([])],
      { token: () => Promise.resolve('secret') },
    )
    await client.pets()
    expect(sent.map((s) => new URL(s.url).host)).toEqual(['api.example', 'api.example'])
  })

  it('stops at endless result pages', async () => {
    const endless = Array.from({ length: 60 }, () => json([], { headers: { link: '</pets?cursor=again>; rel="next"' } }))
    await expect(clientOf(endless).client.pets()).rejects.toMatchObject({ kind: 'malformed' })
  })

  it.each([
    ['a network error', new TypeError('failed'), 'unreachable'],
    ['a timeout', new DOMException('', 'TimeoutError'), 'timeout'],
    ['a body that is not JSON', new Response('<html>'), 'malformed'],
    ['a body of another API', json({ pets: [] }), 'malformed'],
  ])('reports %s', async (_, response, kind) => {
    await expect(clientOf([response]).client.pets()).rejects.toMatchObject({ kind })
  })
})

describe('save', () => {
  it('sends the version it is based on and returns the new one', async () => {
    const { client, sent } = clientOf([json({}, { headers: { etag: '"8"' } })])
    expect(await client.save([soldDog], '"7"')).toBe('"8"')
    expect(header(sent[0], 'if-match')).toBe('"7"')
    expect(sent[0]?.init.body).toBe('{"pets":[{"id":1,"type":"dog","price":249.99}]}')
  })

  it('sends a new pet without an id', async () => {
    const { client, sent } = clientOf([json({})])
    await client.save([dog, { type: 'frog', price: 4.99 }], undefined)
    expect(sent[0]?.init.body).toBe('{"pets":[{"id":1,"type":"dog","price":249.99},{"type":"frog","price":4.99}]}')
    expect(header(sent[0], 'if-match')).toBeNull()
  })

  it.each([
    [412, 'changed'],
    [413, 'too-large'],
  ])('reports status %i', async (status, kind) => {
    await expect(clientOf([json({ message: 'x' }, { status })]).client.save([dog], '"7"')).rejects.toMatchObject({ kind })
  })
})

describe('buy', () => {
  it('sends the type and price that were shown', async () => {
    const { client, sent } = clientOf([json([soldDog])])
    await client.buy(dog, 'key-1')
    expect(sent[0]?.init.body).toBe('{"petId":1,"expect":{"type":"dog","price":249.99}}')
    expect(header(sent[0], 'idempotency-key')).toBe('key-1')
  })

  it('returns the pet of the response', async () => {
    const { client } = clientOf([json([cat, { ...soldDog, type: 'hound' }])])
    expect(await client.buy(dog, 'key-1')).toEqual({ ...soldDog, type: 'hound' })
  })

  it.each([
    ['without the pet', json([cat]), 'malformed'],
    ['that the pet has changed', json({ message: 'That pet has changed.' }, { status: 412 }), 'changed'],
    ['that the pet is sold', json({ message: 'That pet is not available.' }, { status: 409 }), 'conflict'],
  ])('reports a response %s', async (_, response, kind) => {
    await expect(clientOf([response]).client.buy(dog, 'key-1')).rejects.toMatchObject({ kind })
  })
})

describe('a refused token', () => {
  const refused = (): Response => json({ message: 'Unauthorized' }, { status: 401, headers: { 'www-authenticate': 'Bearer error="invalid_token"' } })
  const old = { token: () => Promise.resolve('old') }

  it('is renewed once and the request repeated', async () => {
    const { client, sent } = clientOf([refused(), json({})], { ...old, renew: () => Promise.resolve('new') })
    await client.save([dog], '"7"')
    expect(sent.map((s) => header(s, 'authorization'))).toEqual(['Bearer old', 'Bearer new'])
    expect(sent.map((s) => s.init.body)).toEqual(Array(2).fill('{"pets":[{"id":1,"type":"dog","price":249.99}]}'))
  })

  it('does not change the idempotency key of a purchase', async () => {
    const { client, sent } = clientOf([refused(), json([soldDog])], { ...old, renew: () => Promise.resolve('new') })
    await client.buy(dog, 'key-1')
    expect(sent.map((s) => header(s, 'idempotency-key'))).toEqual(['key-1', 'key-1'])
  })

  it('is not renewed twice', async () => {
    const { client } = clientOf([refused(), refused()], { ...old, renew: () => Promise.resolve('new') })
    await expect(client.unicorns()).rejects.toMatchObject({ kind: 'expired' })
  })

  it('is not renewed if it is valid but has no e-mail address', async () => {
    const noEmail = json({ message: 'authorization failure' }, { status: 401, headers: { 'www-authenticate': 'Bearer error="invalid_token"' } })
    const { client, sent } = clientOf([noEmail], { ...old, renew: () => Promise.resolve('new') })
    await expect(client.buy(dog, 'key-1')).rejects.toMatchObject({ kind: 'no-email' })
    expect(sent).toHaveLength(1)
  })

  it('fails the request if there is no other token', async () => {
    await expect(clientOf([refused()], old).client.unicorns()).rejects.toMatchObject({ kind: 'expired' })
  })
})

describe('send', () => {
  it('returns an error response, and sends no token if it must be anonymous', async () => {
    const { client, sent } = clientOf([json({ message: 'Unauthorized' }, { status: 401 })], { token: () => Promise.resolve('secret') })
    const response = await client.send({ method: 'GET', path: '/unicorns' }, true)
    expect(response).toMatchObject({ status: 401, body: { message: 'Unauthorized' }, hasToken: false })
    expect(header(sent[0], 'authorization')).toBeNull()
  })
})

describe('unicorn', () => {
  it('escapes the name', async () => {
    const { client, sent } = clientOf([json({ name: 'a&b', gift: 'Flight' })])
    await client.unicorn('a&name=b#c')
    expect(sent[0]?.url).toBe('https://api.example/unicorn?name=a%26name%3Db%23c')
  })
})
