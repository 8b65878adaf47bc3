import type { Pet, Unicorn } from '../contract'
import { Failure, failureOf } from './failure'
import { type Catalog, parsePets } from './pet'
import { type ApiRequest, type PetInput, petsRequest, purchaseRequest, unicornRequest, unicornsRequest, updateRequest } from './request'
import { parseUnicorn, parseUnicorns } from './unicorn'

/** TokenSource provides access tokens. Its methods throw a Failure when the session has ended. */
export interface TokenSource {
  /** Returns the current token; undefined for an anonymous user. */
  token(): Promise<string | undefined>
  /** Returns a token to use instead of `refused`; undefined if there is none. */
  renew(refused: string): Promise<string | undefined>
}

export interface ApiResponse {
  readonly status: number
  readonly headers: Headers
  readonly body: unknown
  /** Whether the request carried a token. */
  readonly hasToken: boolean
}

const timeout = 30_000 // milliseconds; API Gateway responds within 30 s
const maxResultPages = 50

/** Client calls the API. Its methods throw a Failure and nothing else. */
export class Client {
  constructor(
    private readonly baseUrl: string,
    private readonly tokens: TokenSource,
    private readonly fetch: typeof globalThis.fetch = (...args) => globalThis.fetch(...args),
  ) {}

  /** Returns the complete catalog, all result pages: an update replaces all of it. */
  async pets(): Promise<Catalog> {
    const first = await this.request(petsRequest())
    const pets = parsePets(first.body)
    let next = nextQuery(first.headers)
    for (let page = 1; next !== undefined; page++) {
      if (page === maxResultPages) throw new Failure('malformed')
      const response = await this.request(petsRequest(next))
      pets.push(...parsePets(response.body))
      next = nextQuery(response.headers)
    }
    const etag = first.headers.get('etag')
    return { pets, neverSaved: !Array.isArray(first.body), ...(etag === null ? {} : { etag }) }
  }

  /** Replaces the catalog if its version is still `etag`, and returns the new version. */
  async save(pets: readonly PetInput[], etag: string | undefined): Promise<string | undefined> {
    const response = await this.request(updateRequest(pets, etag))
    return response.headers.get('etag') ?? undefined
  }

  /**
   * Buys the pet as it was shown, and returns it as it was sold. The same key means the
   * same purchase.
   */
  async buy(shown: Pet, key: string): Promise<Pet> {
    const response = await this.request(purchaseRequest(shown.id, shown, key))
    const sold = parsePets(response.body).find((pet) => pet.id === shown.id)
    if (sold === undefined) throw new Failure('malformed')
    return sold
  }

  async unicorns(): Promise<readonly Unicorn[]> {
    return parseUnicorns((await this.request(unicornsRequest())).body)
  }

  async unicorn(name: string): Promise<Unicorn> {
    return parseUnicorn((await this.request(unicornRequest(name))).body)
  }

  /** Sends a request once and returns the response, whatever its status. */
  async send(request: ApiRequest, anonymous = false): Promise<ApiResponse> {
    return this.transmit(request, anonymous ? undefined : await this.tokens.token())
  }

  /**
   * Sends a request that must succeed. Renews a refused token once: its signing key may
   * have been rotated.
   */
  private async request(request: ApiRequest): Promise<ApiResponse> {
    const token = await this.tokens.token()
    try {
      return await this.requireSuccess(request, token)
    } catch (error) {
      const refused = error instanceof Failure && error.kind === 'expired' && token !== undefined
      const renewed = refused ? await this.tokens.renew(token) : undefined
      if (renewed === undefined) throw error
      return this.requireSuccess(request, renewed)
    }
  }

  private async requireSuccess(request: ApiRequest, token: string | undefined): Promise<ApiResponse> {
    const response = await this.transmit(request, token)
    if (response.status >= 200 && response.status < 300) return response
    throw failureOf(response, request.scope)
  }

  private async transmit(request: ApiRequest, token: string | undefined): Promise<ApiResponse> {
    const headers = new Headers(request.headers)
    if (token !== undefined) headers.set('authorization', `Bearer ${token}`)
    if (request.body !== undefined) headers.set('content-type', 'application/json')
    try {
      const response = await this.fetch(this.baseUrl + request.path, {
        method: request.method,
        headers,
        body: request.body === undefined ? null : JSON.stringify(request.body),
        cache: 'no-store',
        credentials: 'omit',
        redirect: 'error',
        signal: AbortSignal.timeout(timeout),
      })
      const body = parseBody(await response.text())
      return { status: response.status, headers: response.headers, body, hasToken: token !== undefined }
    } catch (error) {
      throw networkFailure(error)
    }
  }
}

/**
 * Returns the query of the next result page. The link's host is ignored, so no token
 * leaves the API.
 */
function nextQuery(headers: Headers): string | undefined {
  const target = /<([^>]*)>\s*;\s*rel="?next"?/.exec(headers.get('link') ?? '')?.[1]
  const query = target?.split('?')[1]
  return query === undefined ? undefined : `?${query}`
}

function parseBody(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

function networkFailure(error: unknown): Failure {
  if (error instanceof DOMException && error.name === 'TimeoutError') return new Failure('timeout')
  return new Failure(globalThis.navigator?.onLine === false ? 'offline' : 'unreachable')
}
