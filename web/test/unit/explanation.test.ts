import { describe, expect, it } from 'vitest'
import { Failure, type Kind } from '../../src/api/failure'
import { scopes } from '../../src/contract'
import { explain } from '../../src/view/explanation'

const none: ReadonlySet<string> = new Set()

describe('explain', () => {
  it('names the missing permission and who has it', () => {
    expect(explain(new Failure('forbidden', { scope: 'list:unicorns' }), none)).toEqual({
      title: 'Your account may not do this',
      text: 'You are signed in, but this needs the permission list:unicorns. Trainers have it (role unicorn-trainer).',
    })
  })

  it('asks for a new sign-in if the permission was granted', () => {
    const { text, action } = explain(new Failure('forbidden', { scope: 'list:unicorns' }), new Set(['list:unicorns']))
    expect(text).toBe('Your permission list:unicorns may have changed. Sign in again to update your permissions.')
    expect(action).toBe('sign-in')
  })

  it.each([...scopes, 'unknown:scope', '__proto__'])('names the permission %s', (scope) => {
    expect(explain(new Failure('forbidden', { scope }), none).text).toContain(`needs the permission ${scope}. `)
  })

  it('asks an anonymous user to sign in', () => {
    const { text, action } = explain(new Failure('unauthenticated', { scope: 'purchase:pets' }), none)
    expect(text).toBe('You need an account with the permission purchase:pets.')
    expect(action).toBe('sign-in')
  })

  it.each<[Kind, string]>([
    ['invalid', 'price must be a number'],
    ['too-large', 'at most 600 changes fit in one update'],
  ])('shows the message of a failure of kind %s as a sentence', (kind, message) => {
    expect(explain(new Failure(kind, { message }), none).text).toBe(`${message.charAt(0).toUpperCase()}${message.slice(1)}.`)
  })

  it.each<Kind>([
    'offline', 'unreachable', 'timeout', 'malformed', 'unauthenticated', 'expired', 'no-email', 'forbidden', 'not-found', 'conflict',
    'changed', 'invalid', 'too-large', 'key-reused', 'throttled', 'unavailable', 'server-error', 'issuer-down',
  ])('explains %s', (kind) => {
    const { title, text } = explain(new Failure(kind), none)
    expect(title).toMatch(/^[A-Z]/)
    expect(text).toMatch(/\.$/)
  })
})
