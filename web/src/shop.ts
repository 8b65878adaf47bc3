import type { Client } from './client'
import { Countdown } from './countdown'
import { Failure } from './failure'
import { checkDraft, nextId, type Pet, type Problems } from './pet'

/** What happened last, told above the list until something else happens. */
export type News =
  | { readonly kind: 'bought' | 'added' | 'removed'; readonly pet: Pet }
  | { readonly kind: 'failed'; readonly did: 'buy' | 'add' | 'remove'; readonly pet: Pet; readonly failure: Failure; readonly again: () => void }

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
    try {
      const { pets, whole } = await this.countdown.repeat(() => this.client.buy(pet.id, key))
      this.loads++ // a list that was asked for before the purchase is out of date
      this.pets = whole ? pets : merge(this.pets, pets)
      this.intents.delete(pet.id)
      this.news = { kind: 'bought', pet }
      this.told()
    } catch (error) {
      this.notBought(pet, asFailure(error))
    }
    this.buying.delete(pet.id)
    this.changed()
    await this.load()
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

  private notBought(pet: Pet, failure: Failure): void {
    // An answer settles the purchase, so the next press means a new one; silence does not.
    if (!failure.uncertain && !failure.passing) this.intents.delete(pet.id)
    this.news = { kind: 'failed', did: 'buy', pet, failure, again: () => void this.buy(pet) }
  }

  private async save(next: readonly Pet[], did: 'add' | 'remove', pet: Pet): Promise<boolean> {
    // One at a time: the second would carry a version that the first has made stale.
    if (this.saving) return false
    const before = this.pets
    this.saving = true
    this.pets = next
    this.news = undefined
    this.changed()
    let saved = false
    try {
      await this.client.save(next, this.etag)
      saved = true
      this.news = { kind: did === 'add' ? 'added' : 'removed', pet }
      this.told()
    } catch (error) {
      this.pets = before
      this.news = { kind: 'failed', did, pet, failure: asFailure(error), again: () => void this.repeat(did, pet) }
    }
    this.saving = false
    this.changed()
    await this.load()
    return saved
  }

  private async repeat(did: 'add' | 'remove', pet: Pet): Promise<void> {
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
