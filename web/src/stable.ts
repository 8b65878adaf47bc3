import type { Client } from './client'
import { Failure } from './failure'
import type { Unicorn } from './unicorn'

/** One question to the stable and what came of it. */
export type Reply<T> =
  | { readonly phase: 'idle' | 'asking' }
  | { readonly phase: 'answered'; readonly value: T }
  | { readonly phase: 'failed'; readonly failure: Failure }

/** The unicorns: a list for trainers, one by name for riders too. */
export class Stable {
  all: Reply<readonly Unicorn[]> = { phase: 'idle' }
  one: Reply<Unicorn> = { phase: 'idle' }
  /** What was typed last, so that a retry asks the same. */
  name = ''

  constructor(private readonly client: Client, private readonly changed: () => void) {}

  async list(): Promise<void> {
    if (this.all.phase === 'asking') return
    this.all = { phase: 'asking' }
    this.changed()
    this.all = await reply(() => this.client.unicorns())
    this.changed()
  }

  async find(name: string): Promise<void> {
    this.name = name.trim()
    const asked = this.name
    this.one = { phase: 'asking' }
    this.changed()
    const answer = await reply(() => this.client.unicorn(asked))
    if (asked !== this.name) return // a later question is the one that counts
    this.one = answer
    this.changed()
  }

  /** Forgets what belonged to the person who was here. */
  forget(): void {
    this.all = { phase: 'idle' }
    this.one = { phase: 'idle' }
  }
}

async function reply<T>(ask: () => Promise<T>): Promise<Reply<T>> {
  try {
    return { phase: 'answered', value: await ask() }
  } catch (error) {
    if (error instanceof Failure) return { phase: 'failed', failure: error }
    throw error
  }
}
