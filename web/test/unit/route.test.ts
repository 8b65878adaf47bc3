import { describe, expect, it } from 'vitest'
import { placeOf, safeHash } from '../../src/route'

describe('placeOf', () => {
  it.each([
    ['', 'pets'],
    ['#', 'pets'],
    ['#/', 'pets'],
    ['#/unicorns', 'unicorns'],
    ['#/you', 'you'],
    ['#/try', 'try'],
    // Anything else is told to be nowhere; nothing of it is ever used.
    ['#/unicorns/', 'nowhere'],
    ['#unicorns', 'nowhere'],
    ['#/__proto__', 'nowhere'],
  ])('%j is %s', (hash, place) => {
    expect(placeOf(hash)).toBe(place)
  })
})

describe('safeHash', () => {
  it('leads back to a place of the page', () => {
    expect(safeHash('#/unicorns')).toBe('#/unicorns')
  })

  it.each([undefined, null, 7, '', '//evil.example', '/\\evil.example', 'javascript:alert(1)', '#/nowhere', { hash: '#/you' }])('leads to the pets from %j', (stored) => {
    expect(safeHash(stored)).toBe('#/')
  })
})
