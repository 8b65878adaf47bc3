import { describe, expect, it } from 'vitest'
import { Failure } from '../../src/api/failure'
import { parsePets } from '../../src/api/pet'

describe('parsePets', () => {
  it('returns an empty list for a catalog that was never saved', () => {
    expect(parsePets({})).toEqual([])
  })

  it('keeps the members of the contract and no others', () => {
    const sold = { id: 1, type: 'dog', price: 249.99, isSold: true, soldTo: 'fred@bedrock.example' }
    expect(parsePets([{ ...sold, color: 'brown' }, { id: 2, type: 'cat', price: 1, isSold: false }])).toEqual([sold, { id: 2, type: 'cat', price: 1 }])
  })

  it.each([
    ['null', null],
    ['a text', 'pets'],
    ['an object with members', { pets: [] }],
    ['a null pet', [null]],
    ['an id as text', [{ id: '1', type: 'dog', price: 1 }]],
    ['an id above 2^53-1', [{ id: 2 ** 53, type: 'dog', price: 1 }]],
    ['a price as text', [{ id: 1, type: 'dog', price: '1' }]],
    ['a pet without a type', [{ id: 1, price: 1 }]],
  ])('rejects %s', (_, body) => {
    expect(() => parsePets(body)).toThrow(new Failure('malformed'))
  })
})
