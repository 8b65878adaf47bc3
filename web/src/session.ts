import { ErrorResponse, ErrorTimeout, OidcClient, type OidcMetadata, type RefreshState, type SigninResponse, WebStorageStateStore } from 'oidc-client-ts'
import type { Tokens } from './client'
import { type Config, isRecord } from './config'
import { Failure } from './failure'
import { safeHash } from './route'
import { requestedScopes } from './scopes'

/** What the person should know about the session beyond being in or out. */
export type Notice = 'left' | 'left-here' | 'left-elsewhere' | 'joined-elsewhere' | 'ended' | 'refused' | 'mismatch' | 'issuer-down' | 'interrupted'

export interface Person {
  readonly name: string
  readonly email?: string
  readonly subject: string
}

/** The browser as far as a session needs it. */
export interface Browser {
  readonly location: Location
  readonly history: History
  /** Shared by all tabs; holds one mark and never a token. */
  readonly shared: Storage
  /** This tab's own; holds what a redirect must carry over. */
  readonly tab: Storage
}

const signedInMark = 'securedpets.signed-in'
const restoringMark = 'securedpets.restoring'
const leftMark = 'securedpets.left'
const statePrefix = 'securedpets.'
const issuerPatience = 10_000 // milliseconds
const leeway = 30 // seconds before its end at which a token is renewed
// OpenID Connect Core, section 3.1.2.6: prompt=none could not be answered without the person.
const needsPerson = new Set<string | null>(['login_required', 'consent_required', 'interaction_required', 'account_selection_required'])

interface Held {
  readonly response: SigninResponse
  readonly granted: ReadonlySet<string>
  readonly person: Person
}

/**
 * A session by authorization code with PKCE. Tokens live in this object and nowhere else: a reload loses them and
 * gets new ones by a redirect with prompt=none, for which one mark without any secret is kept in local storage.
 */
export class Session implements Tokens {
  status: 'starting' | 'out' | 'in' | 'leaving' = 'starting'
  notice: Notice | undefined
  private held: Held | undefined
  private renewal: Promise<string | undefined> | undefined
  private oidc: OidcClient | undefined
  private readonly home: string

  constructor(
    private readonly config: Config,
    private readonly browser: Browser,
    private readonly changed: () => void,
  ) {
    this.home = `${browser.location.origin}/`
  }

  get person(): Person | undefined {
    return this.held?.person
  }

  get granted(): ReadonlySet<string> {
    return this.held?.granted ?? new Set()
  }

  /** Finishes a sign-in that comes back, or restores the session; false when the browser is leaving the page for that. */
  async start(): Promise<boolean> {
    const url = new URL(this.browser.location.href)
    if (url.searchParams.has('state') && (url.searchParams.has('code') || url.searchParams.has('error'))) {
      await this.arrive(url)
      return true
    }
    if (this.browser.shared.getItem(signedInMark) === null) {
      this.settle('out', this.take(leftMark) ? 'left' : undefined)
      return true
    }
    // A restore that never came back is not tried again by itself: the way back must not be a trap.
    if (this.take(restoringMark)) {
      this.settle('out', 'interrupted')
      return true
    }
    this.browser.tab.setItem(restoringMark, '1')
    return !(await this.depart('none'))
  }

  async signIn(): Promise<void> {
    await this.depart(undefined)
  }

  /** Ends the session here first, so that it is over whatever the issuer answers, and then at the issuer. */
  async signOut(): Promise<void> {
    const response = this.held?.response
    this.browser.shared.removeItem(signedInMark)
    this.held = undefined
    this.settle('leaving')
    try {
      const address = await this.endOfSession(response)
      this.browser.tab.setItem(leftMark, '1')
      this.browser.location.assign(address)
    } catch {
      this.settle('out', 'left-here')
    }
  }

  async token(): Promise<string | undefined> {
    const response = this.held?.response
    if (response === undefined) return undefined
    const rest = response.expires_in ?? Infinity
    if (rest > leeway) return response.access_token
    try {
      return await this.renewOnce()
    } catch (error) {
      if (rest > 0 && this.held !== undefined) return response.access_token
      throw error
    }
  }

  async renew(refused: string): Promise<string | undefined> {
    const current = this.held?.response.access_token
    return current !== undefined && current !== refused ? current : this.renewOnce()
  }

  /** Follows what another tab did to the session that all tabs share. */
  followOtherTab(key: string | null, value: string | null): void {
    if (key !== null && key !== signedInMark) return
    if (value === null && this.held !== undefined) {
      this.held = undefined
      this.settle('out', 'left-elsewhere')
    } else if (value === null && this.notice === 'joined-elsewhere') {
      this.settle('out')
    } else if (value !== null && this.status === 'out') {
      this.settle('out', 'joined-elsewhere')
    }
  }

  /** Comes back from the browser's page cache: a redirect that was under way is not. */
  resume(): void {
    this.take(restoringMark)
    if (this.status === 'leaving') this.settle(this.held === undefined ? 'out' : 'in')
    this.followOtherTab(signedInMark, this.browser.shared.getItem(signedInMark))
  }

  dismiss(): void {
    this.notice = undefined
    this.changed()
  }

  private settle(status: Session['status'], notice?: Notice): void {
    this.status = status
    this.notice = notice
    this.changed()
  }

  private take(mark: string): boolean {
    const set = this.browser.tab.getItem(mark) !== null
    this.browser.tab.removeItem(mark)
    return set
  }

  /** Goes to the issuer; true when the browser is on its way. */
  private async depart(prompt: 'none' | undefined): Promise<boolean> {
    this.settle('leaving')
    try {
      const oidc = await this.connect()
      const request = await oidc.createSigninRequest({
        state: this.browser.location.hash,
        nonce: crypto.randomUUID(),
        ...(prompt === undefined ? {} : { prompt }),
      })
      // Replacing keeps a restore out of the history: "back" leads to where the person was before.
      if (prompt === 'none') this.browser.location.replace(request.url)
      else this.browser.location.assign(request.url)
      return true
    } catch {
      this.take(restoringMark)
      this.settle(this.held === undefined ? 'out' : 'in', 'issuer-down')
      return false
    }
  }

  private async arrive(url: URL): Promise<void> {
    const restored = this.take(restoringMark)
    // The code leaves the address bar before anything else happens.
    this.browser.history.replaceState(null, '', `/${url.hash}`)
    if (this.browser.tab.getItem(statePrefix + url.searchParams.get('state')) === null) {
      this.settle('out', 'mismatch')
      return
    }
    try {
      const oidc = await this.connect()
      await this.checkSender(oidc, url.searchParams.get('iss'))
      const response = await oidc.processSigninResponse(url.href)
      this.hold(response)
      this.browser.history.replaceState(null, '', `/${safeHash(response.userState)}`)
      this.browser.shared.setItem(signedInMark, '1')
      this.settle('in')
    } catch (error) {
      if (error instanceof ErrorResponse) this.browser.history.replaceState(null, '', `/${safeHash(error.state)}`)
      this.refuse(error, restored)
    }
  }

  /** RFC 9207: an issuer that names itself in its answers must have sent this one. */
  private async checkSender(oidc: OidcClient, sender: string | null): Promise<void> {
    const metadata: Readonly<Record<string, unknown>> = { ...(await oidc.metadataService.getMetadata()) }
    const named = sender !== null || metadata['authorization_response_iss_parameter_supported'] === true
    if (named && sender !== this.config.issuer) throw new Error('answer of another issuer')
  }

  private refuse(error: unknown, restored: boolean): void {
    if (error instanceof ErrorResponse) {
      const ended = restored && needsPerson.has(error.error)
      if (ended) this.browser.shared.removeItem(signedInMark)
      this.settle('out', ended ? 'ended' : 'refused')
    } else {
      this.settle('out', noAnswer(error) ? 'issuer-down' : 'mismatch')
    }
  }

  /** Checks the ID token as OpenID Connect Core, section 3.1.3.7 asks of a client that got it from the token endpoint itself. */
  private hold(response: SigninResponse): void {
    const { iss, aud, sub, name, email } = response.profile
    const audiences = Array.isArray(aud) ? aud : [aud]
    if (iss !== this.config.issuer || !audiences.includes(this.config.clientId)) throw new Error('ID token of another issuer or client')
    this.held = {
      response,
      granted: new Set((response.scope ?? '').split(' ').filter((scope) => scope !== '')),
      person: { name: name ?? email ?? sub, subject: sub, ...(email === undefined ? {} : { email }) },
    }
  }

  /** Asks for the discovery document anew each time: a redirect must not lead to a service that does not answer. */
  private async connect(): Promise<OidcClient> {
    const { issuer, clientId, audience } = this.config
    this.oidc = new OidcClient({
      authority: issuer,
      metadata: await this.discover(),
      client_id: clientId,
      redirect_uri: this.home,
      post_logout_redirect_uri: this.home,
      scope: requestedScopes,
      extraQueryParams: { audience },
      requestTimeoutInSeconds: issuerPatience / 1000,
      // The state and the PKCE verifier must outlive the redirect; they are worth nothing once used.
      stateStore: new WebStorageStateStore({ store: this.browser.tab, prefix: statePrefix }),
    })
    return this.oidc
  }

  private async discover(): Promise<Partial<OidcMetadata>> {
    const { issuer } = this.config
    const base = issuer.endsWith('/') ? issuer : `${issuer}/`
    const response = await fetch(`${base}.well-known/openid-configuration`, {
      cache: 'no-cache',
      credentials: 'omit',
      signal: AbortSignal.timeout(issuerPatience),
    })
    if (!response.ok) throw new Failure('issuer')
    const metadata: unknown = await response.json()
    // OpenID Connect Discovery, section 4.3: the document must name the very issuer it was asked of.
    if (!isRecord(metadata) || metadata['issuer'] !== issuer) throw new Error('discovery document of another issuer')
    return metadata
  }

  private renewOnce(): Promise<string | undefined> {
    this.renewal ??= this.refresh().finally(() => {
      this.renewal = undefined
    })
    return this.renewal
  }

  private async refresh(): Promise<string | undefined> {
    const held = this.held
    if (held === undefined) return undefined
    const { refresh_token, id_token, scope, session_state, profile } = held.response
    if (refresh_token === undefined) return this.end()
    try {
      const oidc = this.oidc ?? (await this.connect())
      const state: RefreshState = {
        refresh_token,
        session_state,
        profile,
        ...(id_token === undefined ? {} : { id_token }),
        ...(scope === undefined ? {} : { scope }),
      }
      const response = await oidc.useRefreshToken({ state, timeoutInSeconds: issuerPatience / 1000 })
      if (this.held !== held) return this.held?.response.access_token
      response.refresh_token ??= refresh_token
      this.hold(response)
      this.changed()
      return response.access_token
    } catch (error) {
      if (error instanceof ErrorResponse) return this.end()
      throw new Failure('issuer')
    }
  }

  private end(): never {
    this.held = undefined
    this.settle('out', 'ended')
    throw new Failure('expired')
  }

  private async endOfSession(response: SigninResponse | undefined): Promise<string> {
    const oidc = await this.connect()
    if (response?.refresh_token !== undefined) await oidc.revokeToken(response.refresh_token, 'refresh_token').catch(() => undefined)
    if ((await oidc.metadataService.getEndSessionEndpoint()) === undefined) return this.oldEndOfSession()
    const hint = response?.id_token
    const request = await oidc.createSignoutRequest({
      client_id: this.config.clientId,
      ...(hint === undefined ? {} : { id_token_hint: hint }),
    })
    return request.url
  }

  /** Tenants of Auth0 from before November 2023 announce no end of session; this is where theirs is. */
  private oldEndOfSession(): string {
    const address = new URL('v2/logout', this.config.issuer)
    if (!address.hostname.endsWith('.auth0.com')) throw new Failure('issuer')
    address.search = new URLSearchParams({ client_id: this.config.clientId, returnTo: this.home }).toString()
    return address.href
  }
}

/** Whether the issuer gave no answer, as opposed to one that must not be believed. */
function noAnswer(error: unknown): boolean {
  return error instanceof Failure || error instanceof TypeError || error instanceof ErrorTimeout ||
    (error instanceof DOMException && error.name === 'TimeoutError')
}
