import { Failure } from '../api/failure'

const delays = [1, 2, 4] // seconds
const longestDelay = 60

/** Retry repeats requests that the API throttles (429, 503) and exposes the remaining delay. */
export class Retry {
  private readonly waits = new Set<{ remaining: number; end: () => void }>()

  constructor(private readonly changed: () => void) {}

  /** Seconds until the next attempt; undefined if none is scheduled. */
  get seconds(): number | undefined {
    return this.waits.size === 0 ? undefined : Math.min(...[...this.waits].map((wait) => wait.remaining))
  }

  /** Runs `attempt`, and again after each transient failure, at most three times. */
  async run<T>(attempt: () => Promise<T>): Promise<T> {
    for (const delay of delays) {
      try {
        return await attempt()
      } catch (error) {
        if (!(error instanceof Failure) || !error.isTransient) throw error
        const seconds = Math.max(error.details.retryAfter ?? delay, 1)
        if (seconds > longestDelay) throw error
        await this.wait(seconds)
      }
    }
    return attempt()
  }

  /** Starts every scheduled attempt now. */
  now(): void {
    for (const wait of this.waits) wait.end()
  }

  private async wait(seconds: number): Promise<void> {
    await new Promise<void>((resolve) => {
      const tick = setInterval(() => {
        wait.remaining--
        if (wait.remaining <= 0) wait.end()
        this.changed()
      }, 1000)
      const wait = {
        remaining: seconds,
        end: (): void => {
          clearInterval(tick)
          this.waits.delete(wait)
          resolve()
        },
      }
      this.waits.add(wait)
      this.changed()
    })
    this.changed()
  }
}
