import { Failure } from './failure'

const delays = [1, 2, 4]
const longestWait = 60

/**
 * Waits between attempts while the shop asks for patience (429, 503), where everybody can see it, and ends the wait
 * when somebody says "now".
 */
export class Countdown {
  private readonly waits = new Set<{ rest: number; end: () => void }>()

  constructor(private readonly changed: () => void) {}

  /** Seconds until the next attempt; undefined while none is planned. */
  get seconds(): number | undefined {
    return this.waits.size === 0 ? undefined : Math.min(...[...this.waits].map((wait) => wait.rest))
  }

  /** Repeats `attempt` as long as it fails with patience asked for, at most three times more. */
  async repeat<T>(attempt: () => Promise<T>): Promise<T> {
    for (const delay of delays) {
      try {
        return await attempt()
      } catch (error) {
        if (!(error instanceof Failure) || !error.passing) throw error
        const seconds = Math.max(error.said.retryAfter ?? delay, 1)
        if (seconds > longestWait) throw error
        await this.wait(seconds)
      }
    }
    return attempt()
  }

  /** Ends every wait at once. */
  now(): void {
    for (const wait of this.waits) wait.end()
  }

  private async wait(seconds: number): Promise<void> {
    await new Promise<void>((resolve) => {
      const tick = setInterval(() => {
        wait.rest--
        if (wait.rest <= 0) wait.end()
        this.changed()
      }, 1000)
      const wait = {
        rest: seconds,
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
