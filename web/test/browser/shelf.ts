import { execFile } from 'node:child_process'
import { promisify } from 'node:util'
import { expect } from 'vitest'
import { type Role, stack } from './visitor'

const run = promisify(execFile)

/** Runs a command of the stack: token, rotate-keys. */
export async function command(...args: string[]): Promise<string> {
  const { root, env } = stack()
  const { stdout } = await run('dist/local/securedpets', args, { cwd: root, env: { ...process.env, ...env } })
  return stdout.trim()
}

/** An access token without a browser. */
export function token(role: Role): Promise<string> {
  return command('token', role)
}

export interface Offer {
  readonly id: number
  readonly type: string
  readonly price: number
}

// A sale is for ever, so no test uses the number of another, of this file or the next.
let lastId = Date.now()

/** Replaces the whole catalogue by new pets, past the page, and gives them back with their numbers. */
export async function offer(...pets: readonly { type: string; price: number }[]): Promise<Offer[]> {
  const offers = pets.map(({ type, price }) => ({ id: ++lastId, type, price }))
  await replace(offers)
  return offers
}

export async function replace(pets: readonly Offer[]): Promise<void> {
  const answer = await fetch(`${stack().api}/pets`, {
    method: 'POST',
    headers: { authorization: `Bearer ${await token('admin')}`, 'content-type': 'application/json' },
    body: JSON.stringify({ pets }),
  })
  expect(answer.status).toBe(200)
}

/** The catalogue as an administrator sees it. */
export async function catalogue(): Promise<(Offer & { isSold?: boolean; soldTo?: string })[]> {
  const answer = await fetch(`${stack().api}/pets`, { headers: { authorization: `Bearer ${await token('admin')}` } })
  return (await answer.json()) as Offer[]
}
