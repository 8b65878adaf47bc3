import type { Unicorn } from '../contract'
import { isRecord } from '../json'
import { Failure } from './failure'

/** Decodes one unicorn. Throws a Failure of kind "malformed". */
export function parseUnicorn(body: unknown): Unicorn {
  if (!isRecord(body) || typeof body['name'] !== 'string' || typeof body['gift'] !== 'string') throw new Failure('malformed')
  return { name: body['name'], gift: body['gift'] }
}

/** Decodes a list of unicorns. Throws a Failure of kind "malformed". */
export function parseUnicorns(body: unknown): Unicorn[] {
  if (!Array.isArray(body)) throw new Failure('malformed')
  return body.map(parseUnicorn)
}
