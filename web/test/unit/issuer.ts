import { vi } from 'vitest'
import type { Browser } from '../../src/session/session'

export const issuer = 'https://shop.eu.auth0.com/'
export const page = 'https://pets.example'
export const config = { issuer, clientId: 'web', audience: 'https://api.securedpets.example', apiUrl: 'https://api.example' }

/** Storage in memory. */
export class MemoryStorage implements Storage {
  readonly items = new Map<string, string>()
  get length(): number {
    return this.items.size
  }
  clear = (): void => this.items.clear()
  getItem = (key: string): string | null => this.items.get(key) ?? null
  key = (index: number): string | null => [...this.items.keys()][index] ?? null
  removeItem = (key: string): void => void this.items.delete(key)
  setItem = (key: string, value: string): void => void this.items.set(key, value)
}

/** A browser tab that records its redirects. */
export class Tab implements Browser {
  readonly redirects: { how: 'assign' | 'replace'; url: URL }[] = []
  readonly tab = new MemoryStorage()
  readonly location: Location
  readonly history: History

  constructor(readonly shared = new MemoryStorage(), public href = `${page}/#/unicorns`) {
    const redirect = (how: 'assign' | 'replace') => (url: string | URL): void => void this.redirects.push({ how, url: new URL(url) })
    const here = (): URL => new URL(this.href)
    this.location = {
      assign: redirect('assign'),
      replace: redirect('replace'),
      get href() { return here().href },
      get hash() { return here().hash },
      get origin() { return here().origin },
    } as Location
    this.history = { replaceState: (_: unknown, __: string, to: string) => void (this.href = new URL(to, this.href).href) } as History
  }

  /** Parameters of the last redirect. */
  get request(): URLSearchParams {
    return this.redirects.at(-1)?.url.searchParams ?? new URLSearchParams()
  }

  /** Opens the callback address, as the issuer does. */
  callBack(parameters: Record<string, string>): void {
    const state = this.request.get('state') ?? ''
    this.href = `${page}/?${new URLSearchParams({ state, ...parameters })}`
  }
}

/** An issuer behind fetch, with settings that tests change. */
export class FakeIssuer {
  metadata: Record<string, unknown> = {
    issuer,
    authorization_endpoint: `${issuer}authorize`,
    token_endpoint: `${issuer}oauth/token`,
    end_session_endpoint: `${issuer}oidc/logout`,
    revocation_endpoint: `${issuer}oauth/revoke`,
  }
  claims: Record<string, unknown> = { iss: issuer, aud: 'web', sub: 'amazon|1', name: 'Fred', email: 'fred@bedrock.example' }
  scope = 'openid profile email offline_access purchase:pets'
  expiresIn = 3600
  down = false
  error: string | undefined
  refreshToken: string | undefined = 'refresh-1'
  readonly posts: { path: string; form: URLSearchParams }[] = []
  private issued = 0

  constructor(private readonly tab: () => Tab) {
    vi.stubGlobal('fetch', (input: string | URL, init?: RequestInit) => this.respond(new URL(input), init))
  }

  respond(url: URL, init?: RequestInit): Promise<Response> {
    if (this.down) return Promise.reject(new TypeError('failed'))
    if (url.pathname.startsWith('/.well-known/')) return Promise.resolve(this.json(this.metadata))
    const form = new URLSearchParams(String(init?.body))
    this.posts.push({ path: url.pathname, form })
    if (url.pathname === '/oauth/revoke') return Promise.resolve(new Response())
    if (this.error !== undefined) return Promise.resolve(this.json({ error: this.error }, 400))
    return Promise.resolve(this.json(this.tokens(form)))
  }

  private tokens(form: URLSearchParams): Record<string, unknown> {
    const nonce = form.get('grant_type') === 'authorization_code' ? { nonce: this.tab().request.get('nonce') } : {}
    const now = Math.floor(Date.now() / 1000)
    return {
      access_token: `access-${++this.issued}`,
      token_type: 'Bearer',
      expires_in: this.expiresIn,
      scope: this.scope,
      ...(this.refreshToken === undefined ? {} : { refresh_token: this.refreshToken }),
      id_token: idToken({ iat: now, exp: now + 3600, ...nonce, ...this.claims }),
    }
  }

  private json(body: unknown, status = 200): Response {
    return new Response(JSON.stringify(body), { status, headers: { 'content-type': 'application/json' } })
  }
}

/**
 * An ID token of the token endpoint; TLS replaces its signature (OpenID Connect Core,
 * section 3.1.3.7).
 */
function idToken(claims: Record<string, unknown>): string {
  const part = (value: unknown): string => Buffer.from(JSON.stringify(value)).toString('base64url')
  return `${part({ alg: 'RS256' })}.${part(claims)}.c2ln`
}
