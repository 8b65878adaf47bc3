import { isRecord } from './config'
import { Failure } from './failure'

export interface Unicorn {
  readonly name: string
  readonly gift: string
}

export function parseUnicorn(body: unknown): Unicorn {
  if (!isRecord(body) || typeof body['name'] !== 'string' || typeof body['gift'] !== 'string') throw new Failure('senseless')
  return { name: body['name'], gift: body['gift'] }
}

export function parseUnicorns(body: unknown): Unicorn[] {
  if (!Array.isArray(body)) throw new Failure('senseless')
  return body.map(parseUnicorn)
}
