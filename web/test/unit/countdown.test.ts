import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { Countdown } from '../../src/countdown'
import { Failure } from '../../src/failure'

beforeEach(() => void vi.useFakeTimers())
afterEach(() => void vi.useRealTimers())

const busy = (retryAfter?: number): Failure => new Failure('busy', retryAfter === undefined ? {} : { retryAfter })

/** An attempt that fails with each of these, and then succeeds. */
function attempts(...failures: Failure[]): () => Promise<string> {
  return vi.fn(() => {
    const next = failures.shift()
    return next === undefined ? Promise.resolve('done') : Promise.reject(next)
  })
}

describe('repeat', () => {
  it('waits as long as the shop asks, and shows it', async () => {
    const seen: (number | undefined)[] = []
    const countdown = new Countdown(() => seen.push(countdown.seconds))
    const attempt = attempts(busy(2))
    const done = countdown.repeat(attempt)
    await vi.advanceTimersByTimeAsync(1999)
    expect(attempt).toHaveBeenCalledTimes(1)
    await vi.advanceTimersByTimeAsync(1)
    expect(await done).toBe('done')
    expect(seen[0]).toBe(2)
    expect(countdown.seconds).toBeUndefined()
  })

  it('waits 1, 2 and 4 seconds where the shop names no time, and then gives up', async () => {
    const countdown = new Countdown(() => undefined)
    const attempt = attempts(busy(), busy(), busy(), busy(), busy())
    const done = expect(countdown.repeat(attempt)).rejects.toMatchObject({ kind: 'busy' })
    await vi.advanceTimersByTimeAsync(7000)
    await done
    expect(attempt).toHaveBeenCalledTimes(4)
  })

  it('goes on at once when somebody says now', async () => {
    const countdown = new Countdown(() => undefined)
    const done = countdown.repeat(attempts(busy(50)))
    await vi.advanceTimersByTimeAsync(0)
    countdown.now()
    expect(await done).toBe('done')
  })

  it('does not shorten one wait by another', async () => {
    const countdown = new Countdown(() => undefined)
    const slow = attempts(busy(9))
    void countdown.repeat(slow)
    void countdown.repeat(attempts(busy(3)))
    await vi.advanceTimersByTimeAsync(3000)
    expect(countdown.seconds).toBe(6)
    expect(slow).toHaveBeenCalledTimes(1)
  })

  it.each([
    ['a wait that nobody would sit through', busy(3600)],
    ['a refusal', new Failure('forbidden')],
    // Not asked for patience: the write may have happened, so a person decides.
    ['silence', new Failure('unreachable')],
  ])('does not repeat after %s', async (_, failure) => {
    const attempt = attempts(failure)
    await expect(new Countdown(() => undefined).repeat(attempt)).rejects.toBe(failure)
    expect(attempt).toHaveBeenCalledTimes(1)
  })
})
