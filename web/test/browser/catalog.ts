import { execFile } from 'node:child_process'
import { promisify } from 'node:util'
import { expect } from 'vitest'
import { type Role, stack } from './visitor'

const run = promisify(execFile)

/** Runs a command of the local stack, such as token or rotate-keys. */
export async function command(...args: string[]): Promise<string> {
  const { root, env } = stack()
  const { stdout } = await run('dist/local/securedpets', args, { cwd: root, env: { ...process.env, ...env } })
  return stdout.trim()
}

/** Returns an access token without a browser. */
export function token(role: Role): Promise<string> {
  return command('token', role)
}

export interface Offer {
  readonly id: number
  readonly type: string
  readonly price: number
}

// A sold id stays sold, so every test uses new ids.
let lastId = Date.now()

/** Replaces the catalog with new pets and returns them with their ids. */
export async function offer(...pets: readonly { type: string; price: number }[]): Promise<Offer[]> {
  const offers = pets.map(({ type, price }) => ({ id: ++lastId, type, price }))
  await replace(offers)
  return offers
}

/** Replaces the catalog. */
export async function replace(pets: readonly Offer[]): Promise<void> {
  const response = await fetch(`${stack().api}/pets`, {
    method: 'POST',
    headers: { authorization: `Bearer ${await token('admin')}`, 'content-type': 'application/json' },
    body: JSON.stringify({ pets }),
  })
  expect(response.status).toBe(200)
}

/** Returns the catalog as an administrator sees it. */
export async function catalog(): Promise<(Offer & { isSold?: boolean; soldTo?: string })[]> {
  const response = await fetch(`${stack().api}/pets`, { headers: { authorization: `Bearer ${await token('admin')}` } })
  return (await response.json()) as Offer[]
}
