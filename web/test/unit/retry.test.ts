import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { Failure } from '../../src/api/failure'
import { Retry } from '../../src/model/retry'

beforeEach(() => void vi.useFakeTimers())
afterEach(() => void vi.useRealTimers())

const throttled = (retryAfter?: number): Failure => new Failure('throttled', retryAfter === undefined ? {} : { retryAfter })

/** An attempt that fails with each of these and then succeeds. */
function attempts(...failures: Failure[]): () => Promise<string> {
  return vi.fn(() => {
    const next = failures.shift()
    return next === undefined ? Promise.resolve('done') : Promise.reject(next)
  })
}

describe('run', () => {
  it('waits for Retry-After and shows the remaining seconds', async () => {
    const seen: (number | undefined)[] = []
    const retry = new Retry(() => seen.push(retry.seconds))
    const attempt = attempts(throttled(2))
    const done = retry.run(attempt)
    await vi.advanceTimersByTimeAsync(1999)
    expect(attempt).toHaveBeenCalledTimes(1)
    await vi.advanceTimersByTimeAsync(1)
    expect(await done).toBe('done')
    expect(seen[0]).toBe(2)
    expect(retry.seconds).toBeUndefined()
  })

  it('waits 1, 2 and 4 seconds without Retry-After and then fails', async () => {
    const retry = new Retry(() => undefined)
    const attempt = attempts(throttled(), throttled(), throttled(), throttled(), throttled())
    const done = expect(retry.run(attempt)).rejects.toMatchObject({ kind: 'throttled' })
    await vi.advanceTimersByTimeAsync(7000)
    await done
    expect(attempt).toHaveBeenCalledTimes(4)
  })

  it('continues at once after now', async () => {
    const retry = new Retry(() => undefined)
    const done = retry.run(attempts(throttled(50)))
    await vi.advanceTimersByTimeAsync(0)
    retry.now()
    expect(await done).toBe('done')
  })

  it('keeps concurrent delays apart', async () => {
    const retry = new Retry(() => undefined)
    const slow = attempts(throttled(9))
    void retry.run(slow)
    void retry.run(attempts(throttled(3)))
    await vi.advanceTimersByTimeAsync(3000)
    expect(retry.seconds).toBe(6)
    expect(slow).toHaveBeenCalledTimes(1)
  })

  it.each([
    ['a delay of an hour', throttled(3600)],
    ['a refusal', new Failure('forbidden')],
    // The server may have carried out the request, so the user decides.
    ['a network error', new Failure('unreachable')],
  ])('does not repeat after %s', async (_, failure) => {
    const attempt = attempts(failure)
    await expect(new Retry(() => undefined).run(attempt)).rejects.toBe(failure)
    expect(attempt).toHaveBeenCalledTimes(1)
  })
})
