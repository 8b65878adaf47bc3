import { describe, expect, it } from 'vitest'
import { safeHash, screenOf } from '../../src/screen'

describe('screenOf', () => {
  it.each([
    ['', 'pets'],
    ['#', 'pets'],
    ['#/', 'pets'],
    ['#/unicorns', 'unicorns'],
    ['#/you', 'account'],
    ['#/try', 'explorer'],
    // Anything else is not found.
    ['#/unicorns/', 'not-found'],
    ['#unicorns', 'not-found'],
    ['#/__proto__', 'not-found'],
  ])('%j is %s', (hash, name) => {
    expect(screenOf(hash)).toBe(name)
  })
})

describe('safeHash', () => {
  it('returns the fragment of a screen', () => {
    expect(safeHash('#/unicorns')).toBe('#/unicorns')
  })

  it.each([undefined, null, 7, '', '//evil.example', '/\\evil.example', 'javascript:alert(1)', '#/nowhere', { hash: '#/you' }])('returns the pets for %j', (stored) => {
    expect(safeHash(stored)).toBe('#/')
  })
})
