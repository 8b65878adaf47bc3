import { describe, expect, it } from 'vitest'
import { Failure, failureOf, type Kind, parseRetryAfter } from '../../src/api/failure'

const challenge = { 'www-authenticate': 'Bearer error="insufficient_scope", scope="list:unicorns"' }

interface Response {
  status: number
  headers: Headers
  body: unknown
  hasToken: boolean
}

function response(status: number, { headers = {}, message, hasToken = true }: { headers?: Record<string, string>; message?: string; hasToken?: boolean } = {}): Response {
  return { status, headers: new Headers(headers), body: message === undefined ? undefined : { message }, hasToken }
}

describe('failureOf', () => {
  it.each([
    ['a request without a token', { message: 'Unauthorized', hasToken: false }, 'unauthenticated'],
    ['an invalid token', { message: 'Unauthorized' }, 'expired'],
    ['an invalid token, without a message', {}, 'expired'],
    ['a valid token without a verified e-mail', { message: 'authorization failure' }, 'no-email'],
  ])('distinguishes the 401 of %s', (_, init, kind) => {
    expect(failureOf(response(401, init)).kind).toBe(kind)
  })

  it.each<[number, Kind]>([
    [400, 'invalid'],
    [403, 'forbidden'],
    [404, 'not-found'],
    [409, 'conflict'],
    [412, 'changed'],
    [413, 'too-large'],
    [415, 'invalid'],
    [422, 'key-reused'],
    [429, 'throttled'],
    [500, 'server-error'],
    [503, 'unavailable'],
    [504, 'server-error'],
    // An unknown status.
    [418, 'server-error'],
  ])('classifies status %i as %s', (status, kind) => {
    expect(failureOf(response(status)).kind).toBe(kind)
  })

  it('names the scope of the challenge, else the scope of the route', () => {
    expect(failureOf(response(403, { headers: challenge }), 'update:pets').details.scope).toBe('list:unicorns')
    expect(failureOf(response(403), 'update:pets').details.scope).toBe('update:pets')
  })
})

describe('isOutcomeUnknown', () => {
  it.each<[Kind, boolean]>([
    ['unreachable', true], ['timeout', true], ['server-error', true], ['unavailable', true], ['malformed', true],
    ['offline', false], ['forbidden', false], ['conflict', false], ['changed', false], ['throttled', false],
  ])('after %s is %s', (kind, unknown) => {
    expect(new Failure(kind).isOutcomeUnknown).toBe(unknown)
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
