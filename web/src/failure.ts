import { isRecord } from './config'

/**
 * Why a call did not succeed. The first group got no answer, the second was refused, the third could not be
 * decided by the API just now.
 */
export type Kind =
  | 'offline' | 'unreachable' | 'slow' | 'senseless'
  | 'anonymous' | 'expired' | 'identity' | 'forbidden' | 'missing' | 'taken' | 'stale'
  | 'invalid' | 'oversized' | 'reused'
  | 'busy' | 'unavailable' | 'broken' | 'issuer'

/** What the API said beside its status. */
export interface Said {
  readonly status?: number
  readonly message?: string
  /** The permission that was missing. */
  readonly scope?: string
  /** Seconds after which the API would like to be asked again. */
  readonly retryAfter?: number
}

/** A call that failed, with an identity that words and cures hang on. */
export class Failure extends Error {
  constructor(readonly kind: Kind, readonly said: Said = {}) {
    super(kind)
  }

  /** Asking again may help, and the API asked for nothing but patience. */
  get passing(): boolean {
    return this.kind === 'busy' || this.kind === 'unavailable'
  }

  /** The call may have been carried out although its answer is missing. */
  get uncertain(): boolean {
    return ['unreachable', 'slow', 'broken', 'unavailable', 'senseless'].includes(this.kind)
  }
}

const kinds: Readonly<Record<number, Kind>> = {
  400: 'invalid', 403: 'forbidden', 404: 'missing', 409: 'taken', 412: 'stale', 413: 'oversized',
  415: 'invalid', 422: 'reused', 429: 'busy', 503: 'unavailable',
}

/** Names a refusal. `sent` says whether the call carried a token, `needs` which permission the route is known to need. */
export function failureOf(
  answer: { status: number; headers: Headers; body: unknown },
  sent: boolean,
  needs?: string,
): Failure {
  const challenge = answer.headers.get('www-authenticate') ?? ''
  const message = isRecord(answer.body) && typeof answer.body['message'] === 'string' ? answer.body['message'] : undefined
  const scope = /\bscope="([^"]*)"/.exec(challenge)?.[1] ?? needs
  const retryAfter = parseRetryAfter(answer.headers.get('retry-after'), Date.now())
  return new Failure(kindOf(answer.status, sent, message), {
    status: answer.status,
    ...(message === undefined ? {} : { message }),
    ...(scope === undefined ? {} : { scope }),
    ...(retryAfter === undefined ? {} : { retryAfter }),
  })
}

// The one text that a purchase is answered with when the token is good and names no confirmed e-mail. Nothing else in
// the answer tells it from a token that is bad.
const noBuyer = 'authorization failure'

function kindOf(status: number, sent: boolean, message: string | undefined): Kind {
  if (status !== 401) return kinds[status] ?? 'broken'
  if (!sent) return 'anonymous'
  return message === noBuyer ? 'identity' : 'expired'
}

/** Seconds to wait, from either form of Retry-After (RFC 9110, section 10.2.3). */
export function parseRetryAfter(value: string | null, now: number): number | undefined {
  if (value === null) return undefined
  if (/^\d+$/.test(value.trim())) return Number(value)
  const date = Date.parse(value)
  return Number.isNaN(date) ? undefined : Math.max(0, Math.ceil((date - now) / 1000))
}
