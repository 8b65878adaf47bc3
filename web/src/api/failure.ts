import { isRecord } from '../json'

/**
 * Why a request failed. First line: no usable response; second and third: refused;
 * fourth: could not be decided now.
 */
export type Kind =
  | 'offline' | 'unreachable' | 'timeout' | 'malformed'
  | 'unauthenticated' | 'expired' | 'no-email' | 'forbidden'
  | 'not-found' | 'conflict' | 'changed' | 'invalid' | 'too-large' | 'key-reused'
  | 'throttled' | 'unavailable' | 'server-error' | 'issuer-down'

/** What the response said beside its kind. */
export interface Details {
  readonly status?: number
  readonly message?: string
  /** The missing scope. */
  readonly scope?: string
  /** Seconds to wait before the next attempt. */
  readonly retryAfter?: number
}

/** Failure is the error of every request. */
export class Failure extends Error {
  constructor(readonly kind: Kind, readonly details: Details = {}) {
    super(kind)
  }

  /** Reports whether the same request may succeed later. */
  get isTransient(): boolean {
    return this.kind === 'throttled' || this.kind === 'unavailable'
  }

  /** Reports whether the server may have carried out the request. */
  get isOutcomeUnknown(): boolean {
    return ['unreachable', 'timeout', 'server-error', 'unavailable', 'malformed'].includes(this.kind)
  }
}

const kinds: Readonly<Record<number, Kind>> = {
  400: 'invalid', 403: 'forbidden', 404: 'not-found', 409: 'conflict', 412: 'changed', 413: 'too-large',
  415: 'invalid', 422: 'key-reused', 429: 'throttled', 503: 'unavailable',
}

/** Classifies an error response. `scope` is the route's, for responses that name none. */
export function failureOf(
  response: { status: number; headers: Headers; body: unknown; hasToken: boolean },
  scope?: string,
): Failure {
  const challenge = response.headers.get('www-authenticate') ?? ''
  const message = isRecord(response.body) && typeof response.body['message'] === 'string' ? response.body['message'] : undefined
  const missing = /\bscope="([^"]*)"/.exec(challenge)?.[1] ?? scope
  const retryAfter = parseRetryAfter(response.headers.get('retry-after'), Date.now())
  return new Failure(kindOf(response.status, response.hasToken, message), {
    status: response.status,
    ...(message === undefined ? {} : { message }),
    ...(missing === undefined ? {} : { scope: missing }),
    ...(retryAfter === undefined ? {} : { retryAfter }),
  })
}

// Message of a purchase with a valid token without a verified e-mail. Only this text
// distinguishes it from the 401 of an invalid token.
const noEmail = 'authorization failure'

function kindOf(status: number, hasToken: boolean, message: string | undefined): Kind {
  if (status !== 401) return kinds[status] ?? 'server-error'
  if (!hasToken) return 'unauthenticated'
  return message === noEmail ? 'no-email' : 'expired'
}

/** Returns the seconds to wait, from either form of Retry-After (RFC 9110, section 10.2.3). */
export function parseRetryAfter(value: string | null, now: number): number | undefined {
  if (value === null) return undefined
  if (/^\d+$/.test(value.trim())) return Number(value)
  const date = Date.parse(value)
  return Number.isNaN(date) ? undefined : Math.max(0, Math.ceil((date - now) / 1000))
}
