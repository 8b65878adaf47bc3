import { describe, expect, it, vi } from 'vitest'
import { Client, type Tokens } from '../../src/client'

interface Sent {
  readonly url: string
  readonly init: RequestInit
}

/** A client of an API that gives the prepared answers, one after the other. */
function clientOf(answers: readonly (Response | Error)[], tokens: Partial<Tokens> = {}): { client: Client; sent: Sent[] } {
  const sent: Sent[] = []
  const rest = [...answers]
  const fetch = vi.fn((url: string | URL | Request, init: RequestInit = {}) => {
    sent.push({ url: String(url), init })
    const next = rest.shift()
    if (next === undefined) throw new Error('one call too many')
    return next instanceof Error ? Promise.reject(next) : Promise.resolve(next)
  })
  const none: Tokens = { token: () => Promise.resolve(undefined), renew: () => Promise.resolve(undefined) }
  return { client: new Client('https://api.example', { ...none, ...tokens }, fetch), sent }
}

function json(body: unknown, init: ResponseInit = {}): Response {
  return new Response(JSON.stringify(body), init)
}

function header(sent: Sent | undefined, name: string): string | null {
  return new Headers(sent?.init.headers).get(name)
}

const dog = { id: 1, type: 'dog', price: 249.99, isSold: false }

describe('pets', () => {
  it('needs no token', async () => {
    const { client, sent } = clientOf([json([{ id: 1, type: 'dog', price: 249.99 }], { headers: { etag: '"7"' } })])
    expect(await client.pets()).toEqual({ pets: [dog], etag: '"7"', neverSaved: false })
    expect(header(sent[0], 'authorization')).toBeNull()
    expect(sent[0]?.init.credentials).toBe('omit')
  })

  it('follows every page, because an update replaces all of them', async () => {
    const { client, sent } = clientOf([
      json([{ id: 1, type: 'dog', price: 249.99 }], { headers: { link: '</pets?limit=1&cursor=abc>; rel="next"', etag: '"7"' } }),
      json([{ id: 2, type: 'cat', price: 1 }]),
    ])
    expect((await client.pets()).pets.map((pet) => pet.id)).toEqual([1, 2])
    expect(sent[1]?.url).toBe('https://api.example/pets?limit=1&cursor=abc')
  })

  it('takes no token to where a link points', async () => {
    const { client, sent } = clientOf(
      [json([dog], { headers: { link: '<https://evil.example/pets?cursor=abc>; rel="next"' } }), json([])],
      { token: () => Promise.resolve('secret') },
    )
    await client.pets()
    expect(sent.map((s) => new URL(s.url).host)).toEqual(['api.example', 'api.example'])
  })

  it('gives up on pages without end', async () => {
    const endless = Array.from({ length: 60 }, () => json([], { headers: { link: '</pets?cursor=again>; rel="next"' } }))
    await expect(clientOf(endless).client.pets()).rejects.toMatchObject({ kind: 'senseless' })
  })

  it.each([
    ['no answer', new TypeError('failed'), 'unreachable'],
    ['no answer in time', new DOMException('', 'TimeoutError'), 'slow'],
    ['an answer that is no JSON', new Response('<html>'), 'senseless'],
    ['an answer of another API', json({ pets: [] }), 'senseless'],
  ])('tells %s', async (_, answer, kind) => {
    await expect(clientOf([answer]).client.pets()).rejects.toMatchObject({ kind })
  })
})

describe('a refused token', () => {
  const refused = (): Response => json({ message: 'Unauthorized' }, { status: 401, headers: { 'www-authenticate': 'Bearer error="invalid_token"' } })
  const old = { token: () => Promise.resolve('old') }

  it('is renewed once and the same call sent again', async () => {
    const { client, sent } = clientOf([refused(), json({})], { ...old, renew: () => Promise.resolve('new') })
    await client.save([dog], '"7"')
    expect(sent.map((s) => header(s, 'authorization'))).toEqual(['Bearer old', 'Bearer new'])
    expect(sent.map((s) => s.init.body)).toEqual(Array(2).fill('{"pets":[{"id":1,"type":"dog","price":249.99}]}'))
  })

  it('repeats a purchase under the same key', async () => {
    const { client, sent } = clientOf([refused(), json([])], { ...old, renew: () => Promise.resolve('new') })
    await client.buy(1, 'key-1')
    expect(sent.map((s) => header(s, 'idempotency-key'))).toEqual(['key-1', 'key-1'])
  })

  it('is not renewed a second time', async () => {
    const { client } = clientOf([refused(), refused()], { ...old, renew: () => Promise.resolve('new') })
    await expect(client.unicorns()).rejects.toMatchObject({ kind: 'expired' })
  })

  it('is not renewed where the token was good and the person is not', async () => {
    const nobody = json({ message: 'authorization failure' }, { status: 401, headers: { 'www-authenticate': 'Bearer error="invalid_token"' } })
    const { client, sent } = clientOf([nobody], { ...old, renew: () => Promise.resolve('new') })
    await expect(client.buy(1, 'key-1')).rejects.toMatchObject({ kind: 'identity' })
    expect(sent).toHaveLength(1)
  })

  it('ends the call when no other token is to be had', async () => {
    await expect(clientOf([refused()], old).client.unicorns()).rejects.toMatchObject({ kind: 'expired' })
  })
})

describe('send', () => {
  it('gives back a refusal as it came, and leaves the token at home when told so', async () => {
    const { client, sent } = clientOf([json({ message: 'Unauthorized' }, { status: 401 })], { token: () => Promise.resolve('secret') })
    const answer = await client.send({ method: 'GET', path: '/unicorns', anonymous: true })
    expect(answer).toMatchObject({ status: 401, body: { message: 'Unauthorized' }, sent: false })
    expect(header(sent[0], 'authorization')).toBeNull()
  })

  it('escapes what was typed', async () => {
    const { client, sent } = clientOf([json({ name: 'a&b', gift: 'Flight' })])
    await client.unicorn('a&name=b#c')
    expect(sent[0]?.url).toBe('https://api.example/unicorn?name=a%26name%3Db%23c')
  })
})
