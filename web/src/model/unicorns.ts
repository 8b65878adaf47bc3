import type { Client } from '../api/client'
import { Failure } from '../api/failure'
import type { Unicorn } from '../contract'

/** State of one request. */
export type Result<T> =
  | { readonly phase: 'idle' | 'loading' }
  | { readonly phase: 'done'; readonly value: T }
  | { readonly phase: 'failed'; readonly failure: Failure }

/** Unicorns is the list of all unicorns and the lookup of one by name. */
export class Unicorns {
  all: Result<readonly Unicorn[]> = { phase: 'idle' }
  one: Result<Unicorn> = { phase: 'idle' }
  /** The name of the last lookup. */
  name = ''

  constructor(private readonly client: Client, private readonly changed: () => void) {}

  async list(): Promise<void> {
    if (this.all.phase === 'loading') return
    this.all = { phase: 'loading' }
    this.changed()
    this.all = await resultOf(() => this.client.unicorns())
    this.changed()
  }

  async find(input: string): Promise<void> {
    const name = input.trim()
    this.name = name
    this.one = { phase: 'loading' }
    this.changed()
    const result = await resultOf(() => this.client.unicorn(name))
    if (name !== this.name) return // a newer lookup is in progress
    this.one = result
    this.changed()
  }

  /** Removes what only the previous user may see. */
  forget(): void {
    this.all = { phase: 'idle' }
    this.one = { phase: 'idle' }
  }
}

async function resultOf<T>(request: () => Promise<T>): Promise<Result<T>> {
  try {
    return { phase: 'done', value: await request() }
  } catch (error) {
    if (error instanceof Failure) return { phase: 'failed', failure: error }
    throw error
  }
}
