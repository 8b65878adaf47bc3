import { isRecord } from './config'
import { Failure } from './failure'

export interface Pet {
  readonly id: number
  readonly type: string
  readonly price: number
  readonly isSold: boolean
  /** Present for administrators, and for the buyer on what is his own. */
  readonly soldTo?: string
}

/** The catalogue as the API gave it. */
export interface Catalogue {
  readonly pets: readonly Pet[]
  /** Version for If-Match. */
  readonly etag?: string
  /** A shop that was never opened answers {} where an emptied one answers []. */
  readonly neverSaved: boolean
}

/** What is wrong with each field of the form. */
export interface Problems {
  readonly type?: string
  readonly price?: string
}

const maxId = Number.MAX_SAFE_INTEGER
const maxPrice = 1e9
const maxTypeLength = 64
// Control characters, and the characters that reorder text around them.
const unprintable = /[\p{Cc}\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]/u

/** Reads the list of pets. An answer of any other shape is refused whole: half a list is worse than none. */
export function parsePets(body: unknown): Pet[] {
  if (isRecord(body) && Object.keys(body).length === 0) return []
  if (!Array.isArray(body)) throw new Failure('senseless')
  return body.map(parsePet)
}

function parsePet(value: unknown): Pet {
  if (!isRecord(value)) throw new Failure('senseless')
  const { id, type, price, isSold, soldTo } = value
  if (!Number.isSafeInteger(id) || typeof type !== 'string' || typeof price !== 'number') throw new Failure('senseless')
  return {
    id: id as number,
    type,
    price,
    isSold: isSold === true,
    ...(typeof soldTo === 'string' ? { soldTo } : {}),
  }
}

/** Checks what was typed by the rules of the API, so that a slip is told beside its field and not by a refusal. */
export function checkDraft(type: string, price: string): { fields: { type: string; price: number } } | { problems: Problems } {
  const problems: { -readonly [K in keyof Problems]: Problems[K] } = {}
  const name = type.trim()
  if (name === '') problems.type = 'Say what kind of pet it is.'
  else if ([...name].length > maxTypeLength) problems.type = `Use at most ${maxTypeLength} characters.`
  else if (unprintable.test(name)) problems.type = 'Use letters, digits and signs that can be seen.'
  const amount = price.trim()
  if (amount === '') problems.price = 'Say what it costs.'
  else if (!/^\d{1,10}(\.\d{1,2})?$/.test(amount)) problems.price = 'Write a number such as 4.99, with at most two decimals.'
  else if (Number(amount) > maxPrice) problems.price = 'Use at most 1000000000.'
  return Object.keys(problems).length > 0 ? { problems } : { fields: { type: name, price: Number(amount) } }
}

/** One more than the highest id, as the shop has always counted; the lowest free one when there is none higher. */
export function nextId(pets: readonly Pet[]): number {
  const used = new Set(pets.map((pet) => pet.id))
  const next = pets.reduce((highest, pet) => Math.max(highest, pet.id), 0) + 1
  if (next <= maxId) return next
  let free = 1
  while (used.has(free)) free++
  return free
}

const price = new Intl.NumberFormat('en', { minimumFractionDigits: 2, maximumFractionDigits: 2 })

/** A price for people. The shop names no currency, so none is invented. */
export function formatPrice(amount: number): string {
  return price.format(amount)
}
