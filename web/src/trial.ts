import { type Answer, buyCall, type Call, type Client, saveCall, unicornCall, unicornsCall } from './client'
import { Failure, failureOf } from './failure'

/** A call that anybody may send, allowed or not. */
export interface Trial {
  readonly id: string
  readonly title: string
  readonly route: string
  readonly needs?: string
  readonly hint: string
  readonly field?: { readonly label: string; readonly value: string; readonly numeric: boolean }
}

/** What came back: the raw answer for the curious, and the failure for the words. */
export interface Outcome {
  readonly answer?: Answer
  readonly failure?: Failure
}

export const trials: readonly Trial[] = [
  { id: 'list', title: 'List the pets', route: 'GET /pets', hint: 'Anybody may. Who bought what is shown to few.' },
  {
    id: 'save', title: 'Save the list as it is', route: 'POST /pets', needs: 'update:pets',
    hint: 'Loads the list and saves it unchanged.',
  },
  {
    id: 'stale', title: 'Save over somebody else’s change', route: 'POST /pets', needs: 'update:pets',
    hint: 'The same with a version that is not the present one. Nobody may: it must change nothing.',
  },
  {
    id: 'buy', title: 'Buy a pet', route: 'POST /pets/purchase', needs: 'purchase:pets',
    hint: 'A real purchase when it is allowed and the pet is for sale.',
    field: { label: 'Number of the pet', value: '1', numeric: true },
  },
  { id: 'unicorns', title: 'List the unicorns', route: 'GET /unicorns', needs: 'list:unicorns', hint: 'Trainers may.' },
  {
    id: 'unicorn', title: 'Look up a unicorn', route: 'GET /unicorn', needs: 'read:unicorn', hint: 'Trainers and riders may.',
    field: { label: 'Name of the unicorn', value: 'Gaia', numeric: false },
  },
]

/** The place to try what one may not do: it sends each call as it is and shows what the API says. */
export class Laboratory {
  anonymous = false
  readonly outcomes = new Map<string, Outcome>()
  readonly running = new Set<string>()

  constructor(
    private readonly client: Client,
    private readonly changed: () => void,
    private readonly told: () => void = () => undefined,
  ) {}

  async run(trial: Trial, input: string): Promise<void> {
    if (this.running.has(trial.id)) return
    this.running.add(trial.id)
    this.outcomes.delete(trial.id)
    this.changed()
    this.outcomes.set(trial.id, await this.outcome(trial, input))
    this.running.delete(trial.id)
    this.changed()
  }

  /** Forgets what belonged to the person who was here. */
  forget(): void {
    this.outcomes.clear()
  }

  private async outcome(trial: Trial, input: string): Promise<Outcome> {
    try {
      const call = await this.call(trial, input)
      const answer = await this.client.send({ ...call, anonymous: this.anonymous })
      if (answer.status >= 400) return { answer, failure: failureOf(answer, answer.sent, trial.needs) }
      if (call.method === 'POST') this.told()
      return { answer }
    } catch (error) {
      if (error instanceof Failure) return { failure: error }
      throw error
    }
  }

  private async call(trial: Trial, input: string): Promise<Call> {
    switch (trial.id) {
      case 'save':
      case 'stale': {
        // The list is fetched just before, so that what is saved is what is there.
        const { pets, etag } = await this.client.pets()
        return saveCall(pets, trial.id === 'stale' ? '"a version of long ago"' : etag)
      }
      case 'buy':
        return buyCall(Number(input), crypto.randomUUID())
      case 'unicorns':
        return unicornsCall()
      case 'unicorn':
        return unicornCall(input)
      default:
        return { method: 'GET', path: '/pets' }
    }
  }
}
