import { describe, expect, it, vi } from 'vitest'
import type { Client } from '../../src/api/client'
import { Failure } from '../../src/api/failure'
import type { Unicorn } from '../../src/contract'
import { Unicorns } from '../../src/model/unicorns'

const gaia = { name: 'Gaia', gift: 'Speed' }

function unicornsOf(api: Partial<Client>): Unicorns {
  return new Unicorns(api as Client, () => undefined)
}

describe('find', () => {
  it('trims the name', async () => {
    const unicorn = vi.fn<Client['unicorn']>().mockResolvedValue(gaia)
    const unicorns = unicornsOf({ unicorn })
    await unicorns.find(' Gaia ')
    expect(unicorn).toHaveBeenCalledWith('Gaia')
    expect(unicorns.one).toEqual({ phase: 'done', value: gaia })
  })

  it('ignores the response of an earlier lookup', async () => {
    let respond!: (unicorn: Unicorn) => void
    const unicorn = vi.fn<Client['unicorn']>().mockReturnValueOnce(new Promise((resolve) => (respond = resolve))).mockResolvedValueOnce(gaia)
    const unicorns = unicornsOf({ unicorn })
    const first = unicorns.find('Sparkles')
    await unicorns.find('Gaia')
    respond({ name: 'Sparkles', gift: 'Glitter' })
    await first
    expect(unicorns.one).toEqual({ phase: 'done', value: gaia })
  })

  it('keeps the failure', async () => {
    const failure = new Failure('forbidden')
    const unicorns = unicornsOf({ unicorn: () => Promise.reject(failure) })
    await unicorns.find('Gaia')
    expect(unicorns.one).toEqual({ phase: 'failed', failure })
  })
})

describe('list', () => {
  it('sends one request at a time', async () => {
    const all = vi.fn<Client['unicorns']>().mockResolvedValue([gaia])
    const unicorns = unicornsOf({ unicorns: all })
    await Promise.all([unicorns.list(), unicorns.list()])
    expect(all).toHaveBeenCalledTimes(1)
    expect(unicorns.all).toEqual({ phase: 'done', value: [gaia] })
  })
})
