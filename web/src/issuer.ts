import { ErrorResponse, ErrorTimeout, OidcClient, type OidcMetadata, type SigninResponse, type UserProfile, WebStorageStateStore } from 'oidc-client-ts'
import { type Config, isRecord } from './config'
import { Failure } from './failure'
import { safeHash } from './route'
import { requestedScopes } from './scopes'

export interface Person {
  readonly name: string
  readonly email?: string
  readonly subject: string
}

/** What the issuer gave: tokens, and what they stand for. It is held in memory and nowhere else. */
export interface Grant {
  readonly accessToken: string
  readonly refreshToken?: string
  readonly idToken?: string
  /** When the access token ends, in milliseconds since 1970; never, where the issuer did not say. */
  readonly endsAt: number
  readonly scope: string
  readonly profile: UserProfile
  readonly person: Person
}

/** The issuer said no. */
export class Refused extends Error {
  constructor(
    /** The error code of RFC 6749 or OpenID Connect. */
    readonly code: string,
    /** The place where the sign-in was begun. */
    readonly hash: string,
  ) {
    super(code)
  }
}

/** An answer that must not be believed: of another issuer, client or sign-in. */
export class Mistrusted extends Error {}

const statePrefix = 'securedpets.'
const patience = 10_000 // milliseconds

/**
 * The identity provider, by the authorization code flow with PKCE (RFC 7636). Its methods throw [Refused], [Mistrusted],
 * or a [Failure] of the kind "issuer" when it gives no answer.
 */
export class Issuer {
  private oidc: OidcClient | undefined

  constructor(
    private readonly config: Config,
    private readonly home: string,
    /** Holds the state and the PKCE verifier over the redirect; they are worth nothing once used. */
    private readonly states: Storage,
  ) {}

  /** The address that signs in; with prompt "none" only if that needs nobody. */
  async signInAddress(hash: string, prompt: 'none' | undefined): Promise<string> {
    const oidc = await this.connect()
    const request = await oidc.createSigninRequest({
      state: hash,
      nonce: crypto.randomUUID(),
      ...(prompt === undefined ? {} : { prompt }),
    })
    return request.url
  }

  /** Whether this tab began the sign-in that an address answers. */
  began(answer: URL): boolean {
    return this.states.getItem(statePrefix + answer.searchParams.get('state')) !== null
  }

  /** Exchanges the code of an answer for tokens. */
  async finish(answer: URL): Promise<{ grant: Grant; hash: string }> {
    return told(async () => {
      const oidc = await this.connect()
      await this.checkSender(oidc, answer.searchParams.get('iss'))
      const response = await oidc.processSigninResponse(answer.href)
      return { grant: this.accept(response), hash: safeHash(response.userState) }
    })
  }

  async refresh(grant: Grant, refreshToken: string): Promise<Grant> {
    return told(async () => {
      const oidc = this.oidc ?? (await this.connect())
      const response = await oidc.useRefreshToken({
        state: {
          refresh_token: refreshToken,
          session_state: null,
          scope: grant.scope,
          profile: grant.profile,
          ...(grant.idToken === undefined ? {} : { id_token: grant.idToken }),
        },
        timeoutInSeconds: patience / 1000,
      })
      response.refresh_token ??= refreshToken
      return this.accept(response)
    })
  }

  /** Withdraws the refresh token and gives the address that ends the session at the issuer. */
  async signOutAddress(grant: Grant | undefined): Promise<string> {
    return told(async () => {
      const oidc = await this.connect()
      if (grant?.refreshToken !== undefined) await oidc.revokeToken(grant.refreshToken, 'refresh_token').catch(() => undefined)
      if ((await oidc.metadataService.getEndSessionEndpoint()) === undefined) return this.oldSignOutAddress()
      const request = await oidc.createSignoutRequest({
        client_id: this.config.clientId,
        ...(grant?.idToken === undefined ? {} : { id_token_hint: grant.idToken }),
      })
      return request.url
    })
  }

  /** Tenants of Auth0 from before November 2023 announce no end of session; this is where theirs is. */
  private oldSignOutAddress(): string {
    const address = new URL('v2/logout', this.config.issuer)
    if (!address.hostname.endsWith('.auth0.com')) throw new Failure('issuer')
    address.search = new URLSearchParams({ client_id: this.config.clientId, returnTo: this.home }).toString()
    return address.href
  }

  /** Asks for the discovery document anew each time: a redirect must not lead to a service that does not answer. */
  private async connect(): Promise<OidcClient> {
    const { issuer, clientId, audience } = this.config
    this.oidc = new OidcClient({
      authority: issuer,
      metadata: await told(() => this.discover()),
      client_id: clientId,
      redirect_uri: this.home,
      post_logout_redirect_uri: this.home,
      scope: requestedScopes,
      extraQueryParams: { audience },
      requestTimeoutInSeconds: patience / 1000,
      stateStore: new WebStorageStateStore({ store: this.states, prefix: statePrefix }),
    })
    return this.oidc
  }

  private async discover(): Promise<Partial<OidcMetadata>> {
    const { issuer } = this.config
    const base = issuer.endsWith('/') ? issuer : `${issuer}/`
    const response = await fetch(`${base}.well-known/openid-configuration`, {
      cache: 'no-cache',
      credentials: 'omit',
      signal: AbortSignal.timeout(patience),
    })
    if (!response.ok) throw new Failure('issuer')
    const metadata: unknown = await response.json()
    // OpenID Connect Discovery, section 4.3: the document must name the very issuer it was asked of.
    if (!isRecord(metadata) || metadata['issuer'] !== issuer) throw new Mistrusted('discovery document of another issuer')
    return metadata
  }

  /** RFC 9207: an issuer that names itself in its answers must have sent this one. */
  private async checkSender(oidc: OidcClient, sender: string | null): Promise<void> {
    const metadata: Readonly<Record<string, unknown>> = { ...(await oidc.metadataService.getMetadata()) }
    const named = sender !== null || metadata['authorization_response_iss_parameter_supported'] === true
    if (named && sender !== this.config.issuer) throw new Mistrusted('answer of another issuer')
  }

  /** Checks the ID token as OpenID Connect Core, section 3.1.3.7 asks of a client that got it from the token endpoint itself. */
  private accept(response: SigninResponse): Grant {
    const { iss, aud, sub, name, email } = response.profile
    const audiences = Array.isArray(aud) ? aud : [aud]
    if (iss !== this.config.issuer || !audiences.includes(this.config.clientId)) throw new Mistrusted('ID token of another issuer or client')
    return {
      accessToken: response.access_token,
      ...(response.refresh_token === undefined ? {} : { refreshToken: response.refresh_token }),
      ...(response.id_token === undefined ? {} : { idToken: response.id_token }),
      endsAt: Date.now() + (response.expires_in ?? Infinity) * 1000,
      scope: response.scope ?? '',
      profile: response.profile,
      person: { name: name ?? email ?? sub, subject: sub, ...(email === undefined ? {} : { email }) },
    }
  }
}

/** Gives what can go wrong between a page and an issuer one of three names. */
async function told<T>(run: () => Promise<T>): Promise<T> {
  try {
    return await run()
  } catch (error) {
    if (error instanceof Failure || error instanceof Mistrusted) throw error
    if (error instanceof ErrorResponse) throw new Refused(error.error ?? '', safeHash(error.state))
    const silent = error instanceof TypeError || error instanceof ErrorTimeout || (error instanceof DOMException && error.name === 'TimeoutError')
    throw silent ? new Failure('issuer') : new Mistrusted('an answer that does not fit', { cause: error })
  }
}
