import { type Pet, type PurchaseRequest, routes, type Scope, type UpdateRequest } from '../contract'

/** One request to the API. */
export interface ApiRequest {
  readonly method: 'GET' | 'POST'
  readonly path: string
  readonly body?: unknown
  readonly headers?: Readonly<Record<string, string>>
  /** The scope that the route requires. */
  readonly scope?: Scope
}

/** A pet in an update; a new one has no id. */
export type PetInput = Pick<Pet, 'type' | 'price'> & Partial<Pick<Pet, 'id'>>

/** Reads the catalog, or the result page that `query` names. */
export function petsRequest(query = ''): ApiRequest {
  return { ...routes.getPetInfo, path: routes.getPetInfo.path + query }
}

/** Replaces the catalog if its version is still `etag`. */
export function updateRequest(pets: readonly PetInput[], etag: string | undefined): ApiRequest {
  const body: UpdateRequest = { pets: pets.map(({ id, type, price }) => ({ ...(id === undefined ? {} : { id }), type, price })) }
  return { ...routes.updatePetInfo, body, headers: etag === undefined ? {} : { 'if-match': etag } }
}

/** Buys a pet if its type and price are still those in `expect`. */
export function purchaseRequest(petId: number, expect: Pick<Pet, 'type' | 'price'> | undefined, key: string): ApiRequest {
  const body: PurchaseRequest = { petId, ...(expect === undefined ? {} : { expect: { type: expect.type, price: expect.price } }) }
  return { ...routes.petPurchase, body, headers: { 'idempotency-key': key } }
}

export function unicornsRequest(): ApiRequest {
  return routes.listAllUnicorns
}

export function unicornRequest(name: string): ApiRequest {
  return { ...routes.getUnicorn, path: `${routes.getUnicorn.path}?name=${encodeURIComponent(name)}` }
}
