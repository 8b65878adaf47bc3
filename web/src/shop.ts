import type { Client } from './client'
import { Countdown } from './countdown'
import { Failure } from './failure'
import { checkDraft, nextId, type Pet, type Problems } from './pet'

/** What happened last, told above the list until something else happens. */
export type News =
  | { readonly kind: 'done'; readonly did: Deed; readonly pet: Pet }
  | { readonly kind: 'failed'; readonly did: Deed; readonly pet: Pet; readonly failure: Failure; readonly again: () => void }

export type Deed = 'buy' | 'add' | 'remove'

/** The form for a new pet, while it is open. */
export interface Draft {
  readonly type: string
  readonly price: string
  readonly problems: Problems
}

/** The pets as this person sees them, and what can be done with them. */
export class Shop {
  phase: 'loading' | 'ready' | 'failed' = 'loading'
  pets: readonly Pet[] = []
  neverSaved = false
  failure: Failure | undefined
  news: News | undefined
  draft: Draft | undefined
  /** An update is on its way. The list shows it already, and goes back if it fails. */
  saving = false
  readonly buying = new Set<number>()
  readonly countdown: Countdown

  private etag: string | undefined
  private loads = 0
  // One key per purchase that somebody means. It is kept while the answer is unknown: pressing again repeats that very
  // purchase instead of making a second one.
  private readonly intents = new Map<number, string>()

  constructor(
    private readonly client: Client,
    private readonly changed: () => void,
    /** Called after this page changed the catalogue, so that other tabs can follow. */
    private readonly told: () => void = () => undefined,
  ) {
    this.countdown = new Countdown(changed)
  }

  /** Loads the list. What is on the screen stays there until the new list is known. */
  async load(): Promise<void> {
    const turn = ++this.loads
    if (this.phase === 'failed') this.phase = 'loading'
    this.failure = undefined
    this.changed()
    try {
      const catalogue = await this.countdown.repeat(() => this.client.pets())
      if (turn !== this.loads || this.saving) return
      this.pets = catalogue.pets
      this.etag = catalogue.etag
      this.neverSaved = catalogue.neverSaved
      this.phase = 'ready'
    } catch (error) {
      if (turn !== this.loads) return
      this.failure = asFailure(error)
      if (this.phase !== 'ready') this.phase = 'failed'
    }
    this.changed()
  }

  async buy(pet: Pet): Promise<void> {
    if (this.buying.has(pet.id)) return
    const key = this.intents.get(pet.id) ?? crypto.randomUUID()
    this.intents.set(pet.id, key)
    this.buying.add(pet.id)
    this.news = undefined
    this.changed()
    let failure: Failure | undefined
    try {
      const { pets, whole } = await this.countdown.repeat(() => this.client.buy(pet.id, key))
      this.loads++ // a list that was asked for before the purchase is out of date
      this.pets = whole ? pets : merge(this.pets, pets)
    } catch (error) {
      failure = asFailure(error)
    }
    // An answer settles the purchase, so the next press means a new one; silence does not.
    if (failure === undefined || !(failure.uncertain || failure.passing)) this.intents.delete(pet.id)
    this.buying.delete(pet.id)
    await this.finish('buy', pet, failure, () => void this.buy(pet))
  }

  async remove(pet: Pet): Promise<void> {
    await this.save(this.pets.filter((p) => p.id !== pet.id), 'remove', pet)
  }

  openDraft(): void {
    this.draft = { type: '', price: '', problems: {} }
    this.changed()
  }

  closeDraft(): void {
    this.draft = undefined
    this.changed()
  }

  /** Adds what the form says; false when the form says something that cannot be. */
  async add(type: string, price: string): Promise<boolean> {
    const checked = checkDraft(type, price)
    if ('problems' in checked) {
      this.draft = { type, price, problems: checked.problems }
      this.changed()
      return false
    }
    this.draft = { type, price, problems: {} }
    const pet = { id: nextId(this.pets), ...checked.fields, isSold: false }
    if (await this.save([...this.pets, pet], 'add', pet)) this.closeDraft()
    return true
  }

  dismiss(): void {
    this.news = undefined
    this.changed()
  }

  /** Forgets what belonged to the person who was here. */
  forget(): void {
    this.news = undefined
    this.draft = undefined
    this.intents.clear()
    this.pets = this.pets.map(({ id, type, price, isSold }) => ({ id, type, price, isSold }))
  }

  private async save(next: readonly Pet[], did: Deed, pet: Pet): Promise<boolean> {
    // One at a time: the second would carry a version that the first has made stale.
    if (this.saving) return false
    const before = this.pets
    this.saving = true
    this.pets = next
    this.news = undefined
    this.changed()
    let failure: Failure | undefined
    try {
      await this.client.save(next, this.etag)
    } catch (error) {
      failure = asFailure(error)
      this.pets = before
    }
    this.saving = false
    return this.finish(did, pet, failure, () => void this.repeat(did, pet))
  }

  /** Tells how a change went and loads the list, which may show that it arrived although its answer did not. */
  private async finish(did: Deed, pet: Pet, failure: Failure | undefined, again: () => void): Promise<boolean> {
    this.news = failure === undefined ? { kind: 'done', did, pet } : { kind: 'failed', did, pet, failure, again }
    if (failure === undefined) this.told()
    this.changed()
    await this.load()
    if (failure === undefined) return true
    if (!failure.uncertain || this.failure !== undefined || !this.shows(did, pet)) return false
    this.intents.delete(pet.id)
    this.news = { kind: 'done', did, pet }
    this.told()
    this.changed()
    return true
  }

  private shows(did: Deed, pet: Pet): boolean {
    const standing = this.pets.find((p) => p.id === pet.id)
    switch (did) {
      case 'buy':
        return standing?.soldTo !== undefined // a buyer is shown the buyer of his own pets only
      case 'add':
        return standing?.type === pet.type && standing.price === pet.price
      default:
        return standing === undefined
    }
  }

  private async repeat(did: Deed, pet: Pet): Promise<void> {
    if (did === 'remove') await this.remove(pet)
    else if (this.draft !== undefined) await this.add(this.draft.type, this.draft.price)
  }
}

function merge(all: readonly Pet[], page: readonly Pet[]): readonly Pet[] {
  const fresh = new Map(page.map((pet) => [pet.id, pet]))
  return all.map((pet) => fresh.get(pet.id) ?? pet)
}

function asFailure(error: unknown): Failure {
  if (error instanceof Failure) return error
  throw error
}
