import { describe, expect, it } from 'vitest'
import { Failure, failureOf, type Kind, parseRetryAfter } from '../../src/failure'
import { permissions } from '../../src/scopes'
import { explain } from '../../src/words'

const challenge = { 'www-authenticate': 'Bearer error="insufficient_scope", scope="list:unicorns"' }

function answer(status: number, headers: Record<string, string> = {}, message?: string): { status: number; headers: Headers; body: unknown } {
  return { status, headers: new Headers(headers), body: message === undefined ? undefined : { message } }
}

describe('failureOf', () => {
  it.each([
    ['a call without a token', 'Unauthorized', false, 'anonymous'],
    ['a token that is refused', 'Unauthorized', true, 'expired'],
    ['a token that is refused without a word', undefined, true, 'expired'],
    ['a good token of somebody without an e-mail', 'authorization failure', true, 'identity'],
  ])('tells apart by its 401 %s', (_, message, sent, kind) => {
    expect(failureOf(answer(401, {}, message), sent).kind).toBe(kind)
  })

  it.each<[string, number, boolean, Record<string, string>, Kind]>([
    ['a missing permission', 403, true, challenge, 'forbidden'],
    ['a pet that is gone', 409, true, {}, 'taken'],
    ['a list that moved on', 412, true, {}, 'stale'],
    ['a key used for something else', 422, true, {}, 'reused'],
    ['too many calls', 429, false, {}, 'busy'],
    ['a function that broke', 500, true, {}, 'broken'],
    ['a gateway that gave up', 504, true, {}, 'broken'],
    ['a store that is down', 503, true, {}, 'unavailable'],
    ['a status nobody has heard of', 418, true, {}, 'broken'],
  ])('names %s', (_, status, sent, headers, kind) => {
    expect(failureOf(answer(status, headers), sent).kind).toBe(kind)
  })

  it('takes the permission from the challenge, and from the route where the challenge names none', () => {
    expect(failureOf(answer(403, challenge), true, 'update:pets').said.scope).toBe('list:unicorns')
    expect(failureOf(answer(403), true, 'update:pets').said.scope).toBe('update:pets')
  })
})

describe('parseRetryAfter', () => {
  const now = Date.parse('2026-01-01T00:00:00Z')
  it.each([
    [null, undefined],
    ['3', 3],
    ['Thu, 01 Jan 2026 00:00:09 GMT', 9],
    ['Wed, 31 Dec 2025 00:00:00 GMT', 0],
    ['soon', undefined],
  ])('%s is %s', (value, seconds) => {
    expect(parseRetryAfter(value, now)).toBe(seconds)
  })
})

describe('explain', () => {
  const nothing: ReadonlySet<string> = new Set()

  it('says which permission is missing and who holds it', () => {
    expect(explain(failureOf(answer(403, challenge), true), nothing)).toEqual({
      title: 'You may not do this',
      text: 'You are signed in, but this needs the permission list:unicorns. Trainers hold it: the role unicorn-trainer.',
    })
  })

  it('does not blame a permission that was granted', () => {
    const words = explain(failureOf(answer(403, challenge), true), new Set(['list:unicorns']))
    expect(words.text).toContain('You were granted list:unicorns')
    expect(words.cure).toBe('sign-in')
  })

  it('helps with a permission it has never heard of', () => {
    expect(explain(new Failure('forbidden', { scope: 'fly:unicorns' }), nothing).text).toContain('fly:unicorns')
  })

  it('sends whoever is not signed in to the sign-in', () => {
    const words = explain(failureOf(answer(401), false, 'purchase:pets'), nothing)
    expect(words.cure).toBe('sign-in')
    expect(words.text).toContain('purchase:pets')
  })

  it('repeats what the API found wrong', () => {
    expect(explain(failureOf(answer(400, {}, 'price must be a number'), true), nothing).text).toBe('Price must be a number.')
  })

  it('has words for every kind', () => {
    const kinds: Kind[] = [
      'offline', 'unreachable', 'slow', 'senseless', 'anonymous', 'expired', 'identity', 'forbidden', 'missing', 'taken', 'stale',
      'invalid', 'oversized', 'reused', 'busy', 'unavailable', 'broken', 'issuer',
    ]
    for (const kind of kinds) {
      const { title, text } = explain(new Failure(kind), nothing)
      expect(title, kind).toMatch(/\w/)
      expect(text, kind).toMatch(/\.$/)
    }
  })

  it('knows who holds each permission of the API', () => {
    expect(permissions.map((p) => p.scope).toSorted()).toEqual(['list:unicorns', 'purchase:pets', 'read:unicorn', 'update:pets'])
  })
})
