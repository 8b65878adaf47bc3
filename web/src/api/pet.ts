import type { Pet } from '../contract'
import { isRecord } from '../json'
import { Failure } from './failure'

/** The catalog with its version. */
export interface Catalog {
  readonly pets: readonly Pet[]
  /** Version for If-Match. */
  readonly etag?: string
  /** A catalog that was never saved is {}; one that was saved empty is []. */
  readonly neverSaved: boolean
}

/** Decodes a list of pets. Throws a Failure of kind "malformed" if any part of it is wrong. */
export function parsePets(body: unknown): Pet[] {
  if (isRecord(body) && Object.keys(body).length === 0) return []
  if (!Array.isArray(body)) throw new Failure('malformed')
  return body.map(parsePet)
}

function parsePet(value: unknown): Pet {
  if (!isRecord(value)) throw new Failure('malformed')
  const { id, type, price, isSold, soldTo } = value
  if (!Number.isSafeInteger(id) || typeof type !== 'string' || typeof price !== 'number') throw new Failure('malformed')
  return {
    id: id as number,
    type,
    price,
    ...(isSold === true ? { isSold } : {}),
    ...(typeof soldTo === 'string' ? { soldTo } : {}),
  }
}
