import type { ApiResponse, Client } from '../api/client'
import { Failure, failureOf } from '../api/failure'
import { type ApiRequest, petsRequest, purchaseRequest, unicornRequest, unicornsRequest, updateRequest } from '../api/request'
import { routes, type Scope } from '../contract'

/** A request that every user can send, permitted or not. */
export interface Example {
  readonly id: 'list' | 'save' | 'outdated' | 'buy' | 'unicorns' | 'unicorn'
  readonly title: string
  readonly route: { readonly method: string; readonly path: string; readonly scope?: Scope }
  readonly hint: string
  readonly field?: { readonly label: string; readonly value: string; readonly numeric: boolean }
}

/** Outcome of an example: the response, if there was one, and the failure, if it failed. */
export interface Outcome {
  readonly response?: ApiResponse
  readonly failure?: Failure
}

export const examples: readonly Example[] = [
  { id: 'list', title: 'List the pets', route: routes.getPetInfo, hint: 'Open to all. Only administrators and buyers see who bought a pet.' },
  { id: 'save', title: 'Save the list as it is', route: routes.updatePetInfo, hint: 'Loads the list and saves it without a change.' },
  {
    id: 'outdated', title: 'Save an outdated list', route: routes.updatePetInfo,
    hint: 'Sends an old version number with the list. The shop must refuse it.',
  },
  {
    id: 'buy', title: 'Buy a pet', route: routes.petPurchase,
    hint: 'This is a real purchase if you may buy and the pet is for sale.',
    field: { label: 'Number of the pet', value: '1', numeric: true },
  },
  { id: 'unicorns', title: 'List the unicorns', route: routes.listAllUnicorns, hint: 'For trainers.' },
  {
    id: 'unicorn', title: 'Look up a unicorn', route: routes.getUnicorn, hint: 'For trainers and riders.',
    field: { label: 'Name of the unicorn', value: 'Gaia', numeric: false },
  },
]

/** Explorer sends example requests and keeps their outcomes. */
export class Explorer {
  /** Send requests without the user's token. */
  anonymous = false
  readonly outcomes = new Map<Example['id'], Outcome>()
  readonly running = new Set<Example['id']>()

  constructor(
    private readonly client: Client,
    private readonly changed: () => void,
    /** Called after this page changed the catalog. */
    private readonly announce: () => void = () => undefined,
  ) {}

  async run(example: Example, input: string): Promise<void> {
    if (this.running.has(example.id)) return
    this.running.add(example.id)
    this.outcomes.delete(example.id)
    this.changed()
    this.outcomes.set(example.id, await this.outcomeOf(example, input))
    this.running.delete(example.id)
    this.changed()
  }

  /** Removes what only the previous user may see. */
  forget(): void {
    this.outcomes.clear()
  }

  private async outcomeOf(example: Example, input: string): Promise<Outcome> {
    try {
      const request = await this.requestOf(example, input)
      const response = await this.client.send(request, this.anonymous)
      if (response.status >= 400) return { response, failure: failureOf(response, request.scope) }
      if (request.method === 'POST') this.announce()
      return { response }
    } catch (error) {
      if (error instanceof Failure) return { failure: error }
      throw error
    }
  }

  private async requestOf(example: Example, input: string): Promise<ApiRequest> {
    switch (example.id) {
      case 'list':
        return petsRequest()
      case 'save':
      case 'outdated': {
        const { pets, etag } = await this.client.pets()
        return updateRequest(pets, example.id === 'outdated' ? '"outdated"' : etag)
      }
      case 'buy': {
        const { pets } = await this.client.pets()
        const petId = Number(input)
        return purchaseRequest(petId, pets.find((pet) => pet.id === petId), crypto.randomUUID())
      }
      case 'unicorns':
        return unicornsRequest()
      case 'unicorn':
        return unicornRequest(input)
    }
  }
}
