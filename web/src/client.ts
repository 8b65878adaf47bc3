import { Failure, failureOf } from './failure'
import { type Catalogue, type Pet, parsePets } from './pet'
import { type Unicorn, parseUnicorn, parseUnicorns } from './unicorn'

/** Where access tokens come from. */
export interface Tokens {
  /** The token to send, or undefined for an anonymous call. Throws a Failure when a session has ended. */
  token(): Promise<string | undefined>
  /** Another token after one was refused; undefined when there is none to be had. */
  renew(refused: string): Promise<string | undefined>
}

export interface Call {
  readonly method: 'GET' | 'POST'
  readonly path: string
  readonly body?: unknown
  readonly headers?: Readonly<Record<string, string>>
  /** The permission that the route needs, for words where the API names none. */
  readonly needs?: string
  /** Send no token although there is one. */
  readonly anonymous?: boolean
}

export interface Answer {
  readonly status: number
  readonly headers: Headers
  readonly body: unknown
  /** Whether the call carried a token. */
  readonly sent: boolean
}

const patience = 30_000 // API Gateway gives up after 30 s, so nothing comes later.
const maxPages = 50

/** The API of the shop. Every method throws a Failure and nothing else. */
export class Client {
  constructor(
    private readonly base: string,
    private readonly tokens: Tokens,
    private readonly fetch: typeof globalThis.fetch = (...args) => globalThis.fetch(...args),
  ) {}

  /** The whole catalogue, page by page: an update replaces all of it, so all of it must be known. */
  async pets(): Promise<Catalogue> {
    const first = await this.ask({ method: 'GET', path: '/pets' })
    const pets = parsePets(first.body)
    let next = nextPage(first.headers)
    for (let page = 1; next !== undefined; page++) {
      if (page === maxPages) throw new Failure('senseless')
      const answer = await this.ask({ method: 'GET', path: next })
      pets.push(...parsePets(answer.body))
      next = nextPage(answer.headers)
    }
    const etag = first.headers.get('etag')
    return { pets, neverSaved: !Array.isArray(first.body), ...(etag === null ? {} : { etag }) }
  }

  /** Replaces the catalogue, if it is still the one that `etag` names. */
  async save(pets: readonly Pet[], etag: string | undefined): Promise<void> {
    await this.ask(saveCall(pets, etag))
  }

  /** Buys one pet. The same key again is the same purchase, however often it is sent. */
  async buy(petId: number, key: string): Promise<{ pets: readonly Pet[]; whole: boolean }> {
    const answer = await this.ask(buyCall(petId, key))
    return { pets: parsePets(answer.body), whole: nextPage(answer.headers) === undefined }
  }

  async unicorns(): Promise<readonly Unicorn[]> {
    return parseUnicorns((await this.ask(unicornsCall())).body)
  }

  async unicorn(name: string): Promise<Unicorn> {
    return parseUnicorn((await this.ask(unicornCall(name))).body)
  }

  /** Sends a call and expects success. A refused token is renewed once: its key may have been rotated away. */
  private async ask(call: Call): Promise<Answer> {
    const token = await this.tokens.token()
    try {
      return await this.succeed(call, token)
    } catch (error) {
      const refused = error instanceof Failure && error.kind === 'expired' && token !== undefined
      const renewed = refused ? await this.tokens.renew(token) : undefined
      if (renewed === undefined) throw error
      return this.succeed(call, renewed)
    }
  }

  private async succeed(call: Call, token: string | undefined): Promise<Answer> {
    const answer = await this.transmit(call, token)
    if (answer.status >= 200 && answer.status < 300) return answer
    throw failureOf(answer, answer.sent, call.needs)
  }

  /** Sends a call once and gives back whatever was answered; a Failure only where nothing was. */
  async send(call: Call): Promise<Answer> {
    return this.transmit(call, call.anonymous ? undefined : await this.tokens.token())
  }

  private async transmit(call: Call, token: string | undefined): Promise<Answer> {
    const headers = new Headers(call.headers)
    if (token !== undefined) headers.set('authorization', `Bearer ${token}`)
    if (call.body !== undefined) headers.set('content-type', 'application/json')
    try {
      const response = await this.fetch(this.base + call.path, {
        method: call.method,
        headers,
        body: call.body === undefined ? null : JSON.stringify(call.body),
        cache: 'no-store',
        credentials: 'omit',
        redirect: 'error',
        signal: AbortSignal.timeout(patience),
      })
      const body = parseBody(await response.text())
      return { status: response.status, headers: response.headers, body, sent: token !== undefined }
    } catch (error) {
      throw noAnswer(error)
    }
  }
}

export function saveCall(pets: readonly Pet[], etag: string | undefined): Call {
  return {
    method: 'POST',
    path: '/pets',
    body: { pets: pets.map(({ id, type, price }) => ({ id, type, price })) },
    headers: etag === undefined ? {} : { 'if-match': etag },
    needs: 'update:pets',
  }
}

export function buyCall(petId: number, key: string): Call {
  return { method: 'POST', path: '/pets/purchase', body: { petId }, headers: { 'idempotency-key': key }, needs: 'purchase:pets' }
}

export function unicornsCall(): Call {
  return { method: 'GET', path: '/unicorns', needs: 'list:unicorns' }
}

export function unicornCall(name: string): Call {
  return { method: 'GET', path: `/unicorn?name=${encodeURIComponent(name)}`, needs: 'read:unicorn' }
}

/** The path of the next page. Only its query is taken from the answer: a token never follows a link to elsewhere. */
function nextPage(headers: Headers): string | undefined {
  const target = /<([^>]*)>\s*;\s*rel="?next"?/.exec(headers.get('link') ?? '')?.[1]
  const query = target?.split('?')[1]
  return query === undefined ? undefined : `/pets?${query}`
}

function parseBody(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

function noAnswer(error: unknown): Failure {
  if (error instanceof Failure) return error
  if (error instanceof DOMException && error.name === 'TimeoutError') return new Failure('slow')
  return new Failure(globalThis.navigator?.onLine === false ? 'offline' : 'unreachable')
}
