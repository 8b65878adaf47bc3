import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { checkDraft } from '../../src/model/draft'
import { formatPrice } from '../../src/view/price'

const document = readFileSync(new URL('../../../functions/contract/openapi.json', import.meta.url), 'utf8')
const limits = JSON.parse(document).components.schemas.Pet.properties as { type: { maxLength: number }; price: { maximum: number } }

describe('the limits of the contract', () => {
  it.each([
    ['the longest type', 'x'.repeat(limits.type.maxLength), '1', true],
    ['a longer type', 'x'.repeat(limits.type.maxLength + 1), '1', false],
    ['the highest price', 'dog', String(limits.price.maximum), true],
    ['a higher price', 'dog', String(limits.price.maximum + 1), false],
  ])('hold for %s', (_, name, amount, valid) => {
    expect('fields' in checkDraft(name, amount)).toBe(valid)
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

  const invisible = 'Use letters, digits and other visible characters.'
  const notANumber = 'Enter a number such as 4.99, with at most two decimals.'
  it.each([
    // Type: 1 to 64 characters, none that controls or reorders text, at least one visible.
    ['', '1', { type: 'Enter the kind of pet.' }],
    ['x'.repeat(65), '1', { type: 'Use at most 64 characters.' }],
    ['do\u0007g', '1', { type: invisible }],
    ['god\u202e', '1', { type: invisible }],
    ['\u200b\u2060', '1', { type: invisible }],
    ['\u3164', '1', { type: invisible }],
    // Price: the API stores it exactly, so the page neither rounds nor guesses.
    ['dog', '', { price: 'Enter the price.' }],
    ['dog', '4,99', { price: notANumber }],
    ['dog', '4.999', { price: notANumber }],
    ['dog', '1e3', { price: notANumber }],
    ['dog', '-1', { price: notANumber }],
    ['dog', 'NaN', { price: notANumber }],
    ['dog', '1000000000.01', { price: 'Enter at most 1000000000.' }],
    ['', '', { type: 'Enter the kind of pet.', price: 'Enter the price.' }],
  ])('rejects %j for %j', (type, price, problems) => {
    expect(checkDraft(type, price)).toEqual({ problems })
  })
})

describe('formatPrice', () => {
  it.each([[249.99, '249.99'], [0, '0.00'], [1e9, '1,000,000,000.00'], [4.9, '4.90']])('%d is %s', (price, text) => {
    expect(formatPrice(price)).toBe(text)
  })
})
