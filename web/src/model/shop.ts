import type { Client } from '../api/client'
import { Failure } from '../api/failure'
import type { PetInput } from '../api/request'
import type { Pet } from '../contract'
import { checkDraft, type Draft } from './draft'
import { Retry } from './retry'

/** What happened last. */
export type News =
  | { readonly kind: 'bought' | 'added' | 'removed'; readonly pet: PetInput }
  /** The pet changed between being shown and being bought; the buyer must confirm. */
  | { readonly kind: 'changed'; readonly shown: Pet; readonly now: Pet }
  | { readonly kind: 'failed'; readonly action: Action; readonly failure: Failure; readonly again: () => void }

export type Action = 'buy' | 'add' | 'remove'

/** Shop is the catalog as this user sees it, with purchases and updates. */
export class Shop {
  phase: 'loading' | 'ready' | 'failed' = 'loading'
  pets: readonly Pet[] = []
  neverSaved = false
  failure: Failure | undefined
  news: News | undefined
  draft: Draft | undefined
  /** An update is in progress, until the catalog that it made is known. */
  saving = false
  readonly buying = new Set<number>()
  readonly retry: Retry

  private etag: string | undefined
  private loads = 0
  // Idempotency keys by pet as shown. A key is kept while the outcome of its purchase is
  // unknown, so that another click repeats that purchase.
  private readonly keys = new Map<string, string>()

  constructor(
    private readonly client: Client,
    private readonly changed: () => void,
    /** Called after this page changed the catalog. */
    private readonly announce: () => void = () => undefined,
  ) {
    this.retry = new Retry(changed)
  }

  /** Loads the catalog. The previous one stays until the new one is here. */
  async load(): Promise<void> {
    const load = ++this.loads
    if (this.phase === 'failed') this.phase = 'loading'
    this.failure = undefined
    this.changed()
    try {
      const catalog = await this.retry.run(() => this.client.pets())
      if (load !== this.loads) return
      this.pets = catalog.pets
      this.etag = catalog.etag
      this.neverSaved = catalog.neverSaved
      this.phase = 'ready'
    } catch (error) {
      if (load !== this.loads) return
      this.failure = asFailure(error)
      if (this.phase !== 'ready') this.phase = 'failed'
    }
    this.changed()
  }

  /** Loads the catalog unless an update is in progress, which loads it itself. */
  async refresh(): Promise<void> {
    if (!this.saving) await this.load()
  }

  /** Buys the pet as shown: at no other type or price. */
  async buy(shown: Pet): Promise<void> {
    if (this.buying.has(shown.id)) return
    const seen = JSON.stringify([shown.id, shown.type, shown.price])
    const key = this.keys.get(seen) ?? crypto.randomUUID()
    this.keys.set(seen, key)
    this.buying.add(shown.id)
    this.setNews(undefined)
    try {
      const sold = await this.retry.run(() => this.client.buy(shown, key))
      this.keys.delete(seen)
      this.loads++ // discards a response requested before the purchase
      this.pets = this.pets.map((pet) => (pet.id === sold.id ? sold : pet))
      this.buying.delete(shown.id)
      this.succeed('bought', sold)
    } catch (error) {
      const failure = asFailure(error)
      if (!failure.isOutcomeUnknown && !failure.isTransient) this.keys.delete(seen)
      this.buying.delete(shown.id)
      await this.fail('buy', failure, () => void this.buy(shown))
      if (!this.buying.has(shown.id)) this.reviewPurchase(shown, failure)
    }
  }

  async remove(pet: Pet): Promise<void> {
    if (this.saving) return
    const before = this.pets
    const after = before.filter((p) => p.id !== pet.id)
    this.startSaving()
    this.pets = after
    this.changed()
    try {
      const etag = await this.client.save(after, this.etag)
      this.etag = etag ?? this.etag // an outdated version fails; no version would overwrite other changes
      this.succeed('removed', pet)
      if (etag === undefined) await this.load()
    } catch (error) {
      const failure = asFailure(error)
      this.pets = before
      await this.fail('remove', failure, () => void this.remove(pet))
      if (this.isKnown(failure) && !this.pets.some((p) => p.id === pet.id)) this.succeed('removed', pet)
    }
    this.stopSaving()
  }

  openDraft(): void {
    this.draft = { type: '', price: '', problems: {} }
    this.changed()
  }

  closeDraft(): void {
    this.draft = undefined
    this.changed()
  }

  /** Adds the pet of the form; false if the form is invalid. The server numbers the pet. */
  async add(type: string, price: string): Promise<boolean> {
    if (this.saving) return true
    const checked = checkDraft(type, price)
    if ('problems' in checked) {
      this.draft = { type, price, problems: checked.problems }
      this.changed()
      return false
    }
    this.draft = { type, price, problems: {} }
    const pet = checked.fields
    const before = this.pets
    this.startSaving()
    try {
      await this.client.save([...before, pet], this.etag)
      this.draft = undefined
      this.succeed('added', pet)
      // The version of the response is not kept: without the number of the new pet, the
      // next update would remove it.
      await this.load()
    } catch (error) {
      const failure = asFailure(error)
      await this.fail('add', failure, () => void this.addDraft())
      const isNew = (p: Pet): boolean => p.type === pet.type && p.price === pet.price && !before.some(({ id }) => id === p.id)
      if (this.isKnown(failure) && this.pets.some(isNew)) {
        this.draft = undefined
        this.succeed('added', pet)
      }
    }
    this.stopSaving()
    return true
  }

  dismiss(): void {
    this.setNews(undefined)
  }

  /** Removes what only the previous user may see. */
  forget(): void {
    this.news = undefined
    this.draft = undefined
    this.keys.clear()
    this.pets = this.pets.map(({ id, type, price, isSold }) => ({ id, type, price, ...(isSold ? { isSold } : {}) }))
  }

  /** Compares a failed purchase with the catalog loaded after it. */
  private reviewPurchase(shown: Pet, failure: Failure): void {
    const now = this.pets.find((pet) => pet.id === shown.id)
    // Only the buyer and administrators, who cannot buy, see soldTo.
    if (failure.isOutcomeUnknown && now?.soldTo !== undefined) return this.succeed('bought', now)
    if (failure.kind !== 'changed') return
    if (now === undefined || now.isSold) this.setNews({ kind: 'failed', action: 'buy', failure: new Failure('conflict'), again: () => undefined })
    else if (now.type !== shown.type || now.price !== shown.price) this.setNews({ kind: 'changed', shown, now })
  }

  /**
   * Reports whether the catalog on the page shows if an update with this failure was
   * carried out.
   */
  private isKnown(failure: Failure): boolean {
    return failure.isOutcomeUnknown && this.failure === undefined
  }

  private startSaving(): void {
    this.saving = true
    this.loads++ // discards a response requested before the update
    this.setNews(undefined)
  }

  private stopSaving(): void {
    this.saving = false
    this.changed()
  }

  private succeed(kind: 'bought' | 'added' | 'removed', pet: PetInput): void {
    this.setNews({ kind, pet })
    this.announce()
  }

  private async fail(action: Action, failure: Failure, again: () => void): Promise<void> {
    this.setNews({ kind: 'failed', action, failure, again })
    await this.load()
  }

  private async addDraft(): Promise<void> {
    if (this.draft !== undefined) await this.add(this.draft.type, this.draft.price)
  }

  private setNews(news: News | undefined): void {
    this.news = news
    this.changed()
  }
}

function asFailure(error: unknown): Failure {
  if (error instanceof Failure) return error
  throw error
}
