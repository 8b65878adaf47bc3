import { describe, expect, it } from 'vitest'
import { Failure } from '../../src/failure'
import { checkDraft, formatPrice, nextId, parsePets, type Pet } from '../../src/pet'

const dog: Pet = { id: 1, type: 'dog', price: 249.99, isSold: false }

describe('parsePets', () => {
  it('takes {} for a shop that was never opened', () => {
    expect(parsePets({})).toEqual([])
  })

  it('keeps who bought it only where the API says so', () => {
    expect(parsePets([{ id: 1, type: 'dog', price: 249.99, isSold: true, soldTo: 'fred@bedrock.example' }, { id: 2, type: 'cat', price: 1 }])).toEqual([
      { ...dog, isSold: true, soldTo: 'fred@bedrock.example' },
      { id: 2, type: 'cat', price: 1, isSold: false },
    ])
  })

  it.each([
    ['null', null],
    ['a text', 'pets'],
    ['an object that is no empty one', { pets: [] }],
    ['a null among the pets', [null]],
    ['an id as text', [{ id: '1', type: 'dog', price: 1 }]],
    ['an id that a browser cannot hold exactly', [{ id: 2 ** 53, type: 'dog', price: 1 }]],
    ['a price as text', [{ id: 1, type: 'dog', price: '1' }]],
    ['no type', [{ id: 1, price: 1 }]],
  ])('refuses %s', (_, body) => {
    expect(() => parsePets(body)).toThrow(new Failure('senseless'))
  })
})

describe('checkDraft', () => {
  it.each([
    ['frog', '4.99', { type: 'frog', price: 4.99 }],
    [' frog ', ' 4.9 ', { type: 'frog', price: 4.9 }],
    ['🐸', '0', { type: '🐸', price: 0 }],
    ['x'.repeat(64), '1000000000', { type: 'x'.repeat(64), price: 1e9 }],
  ])('accepts %s for %s', (type, price, fields) => {
    expect(checkDraft(type, price)).toEqual({ fields })
  })

  it.each([
    // Type: 1 to 64 characters that can be seen and do not reorder others.
    ['', '1', { type: 'Say what kind of pet it is.' }],
    ['x'.repeat(65), '1', { type: 'Use at most 64 characters.' }],
    ['do\u0007g', '1', { type: 'Use letters, digits and signs that can be seen.' }],
    ['god\u202e', '1', { type: 'Use letters, digits and signs that can be seen.' }],
    // Price: what is written is what is stored, so nothing is rounded or guessed.
    ['dog', '', { price: 'Say what it costs.' }],
    ['dog', '4,99', { price: 'Write a number such as 4.99, with at most two decimals.' }],
    ['dog', '4.999', { price: 'Write a number such as 4.99, with at most two decimals.' }],
    ['dog', '1e3', { price: 'Write a number such as 4.99, with at most two decimals.' }],
    ['dog', '-1', { price: 'Write a number such as 4.99, with at most two decimals.' }],
    ['dog', 'NaN', { price: 'Write a number such as 4.99, with at most two decimals.' }],
    ['dog', '1000000000.01', { price: 'Use at most 1000000000.' }],
    ['', '', { type: 'Say what kind of pet it is.', price: 'Say what it costs.' }],
  ])('refuses %j for %j', (type, price, problems) => {
    expect(checkDraft(type, price)).toEqual({ problems })
  })
})

describe('nextId', () => {
  it.each([
    [[], 1],
    [[1, 2], 3],
    [[7, 2], 8],
    // The highest id is taken: the lowest free one is next.
    [[1, 2, Number.MAX_SAFE_INTEGER], 3],
  ])('after %j comes %i', (ids, next) => {
    expect(nextId(ids.map((id) => ({ ...dog, id })))).toBe(next)
  })
})

describe('formatPrice', () => {
  it.each([[249.99, '249.99'], [0, '0.00'], [1e9, '1,000,000,000.00'], [4.9, '4.90']])('%d is %s', (price, text) => {
    expect(formatPrice(price)).toBe(text)
  })
})
