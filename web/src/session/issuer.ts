import { ErrorResponse, ErrorTimeout, OidcClient, type OidcMetadata, type SigninResponse, type UserProfile, WebStorageStateStore } from 'oidc-client-ts'
import { Failure } from '../api/failure'
import type { Config } from '../config'
import { isRecord } from '../json'
import { requestedScopes } from '../permission'
import { safeHash } from '../screen'

export interface User {
  readonly name: string
  readonly email?: string
  readonly subject: string
}

/** Tokens of a session, held in memory only. */
export interface Grant {
  readonly accessToken: string
  readonly refreshToken?: string
  readonly idToken?: string
  /** Expiry of the access token in milliseconds since 1970; Infinity if the issuer named none. */
  readonly expiresAt: number
  readonly scope: string
  readonly profile: UserProfile
  readonly user: User
}

/** The issuer refused the sign-in. */
export class SignInRefused extends Error {
  constructor(
    /** Error code of RFC 6749 or OpenID Connect. */
    readonly code: string,
    /** Fragment of the screen where the sign-in started. */
    readonly hash: string,
  ) {
    super(code)
  }
}

/** A response that does not belong to this issuer, client or sign-in. */
export class UntrustedResponse extends Error {}

const statePrefix = 'securedpets.'
const timeout = 10_000 // milliseconds

/**
 * Issuer signs users in by the authorization code flow with PKCE (RFC 7636). Its methods throw
 * SignInRefused, UntrustedResponse, or a Failure of kind "issuer-down".
 */
export class Issuer {
  private oidc: OidcClient | undefined

  constructor(
    private readonly config: Config,
    private readonly home: string,
    /** Holds state and PKCE verifier during the redirect; both work once. */
    private readonly states: Storage,
  ) {}

  /** Returns the address that signs in; with prompt "none" it shows no dialog. */
  async signInAddress(hash: string, prompt: 'none' | undefined): Promise<string> {
    const oidc = await this.connect()
    const request = await oidc.createSigninRequest({
      state: hash,
      nonce: crypto.randomUUID(),
      ...(prompt === undefined ? {} : { prompt }),
    })
    return request.url
  }

  /** Reports whether this tab started the sign-in of a callback. */
  startedHere(callback: URL): boolean {
    return this.states.getItem(statePrefix + callback.searchParams.get('state')) !== null
  }

  /** Exchanges the code of a callback for tokens. */
  async exchange(callback: URL): Promise<{ grant: Grant; hash: string }> {
    return classifyErrors(async () => {
      const oidc = await this.connect()
      await this.checkIssuer(oidc, callback.searchParams.get('iss'))
      const response = await oidc.processSigninResponse(callback.href)
      return { grant: this.accept(response), hash: safeHash(response.userState) }
    })
  }

  async refresh(grant: Grant, refreshToken: string): Promise<Grant> {
    return classifyErrors(async () => {
      const oidc = this.oidc ?? (await this.connect())
      const response = await oidc.useRefreshToken({
        state: {
          refresh_token: refreshToken,
          session_state: null,
          scope: grant.scope,
          profile: grant.profile,
          ...(grant.idToken === undefined ? {} : { id_token: grant.idToken }),
        },
        timeoutInSeconds: timeout / 1000,
      })
      response.refresh_token ??= refreshToken
      return this.accept(response)
    })
  }

  /** Revokes the refresh token and returns the address that ends the issuer's session. */
  async signOutAddress(grant: Grant | undefined): Promise<string> {
    return classifyErrors(async () => {
      const oidc = await this.connect()
      if (grant?.refreshToken !== undefined) await oidc.revokeToken(grant.refreshToken, 'refresh_token').catch(() => undefined)
      if ((await oidc.metadataService.getEndSessionEndpoint()) === undefined) return this.legacySignOutAddress()
      const request = await oidc.createSignoutRequest({
        client_id: this.config.clientId,
        ...(grant?.idToken === undefined ? {} : { id_token_hint: grant.idToken }),
      })
      return request.url
    })
  }

  /**
   * Returns the sign-out address of Auth0 tenants from before November 2023, which
   * announce none.
   */
  private legacySignOutAddress(): string {
    const address = new URL('v2/logout', this.config.issuer)
    if (!address.hostname.endsWith('.auth0.com')) throw new Failure('issuer-down')
    address.search = new URLSearchParams({ client_id: this.config.clientId, returnTo: this.home }).toString()
    return address.href
  }

  /**
   * Fetches the discovery document each time, so that no redirect leads to an issuer that
   * is down.
   */
  private async connect(): Promise<OidcClient> {
    const { issuer, clientId, audience } = this.config
    this.oidc = new OidcClient({
      authority: issuer,
      metadata: await classifyErrors(() => this.discover()),
      client_id: clientId,
      redirect_uri: this.home,
      post_logout_redirect_uri: this.home,
      scope: requestedScopes,
      extraQueryParams: { audience },
      requestTimeoutInSeconds: timeout / 1000,
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
      signal: AbortSignal.timeout(timeout),
    })
    if (!response.ok) throw new Failure('issuer-down')
    const metadata: unknown = await response.json()
    // OpenID Connect Discovery, section 4.3
    if (!isRecord(metadata) || metadata['issuer'] !== issuer) throw new UntrustedResponse('discovery document of another issuer')
    return metadata
  }

  /** Checks the `iss` parameter of a callback (RFC 9207). */
  private async checkIssuer(oidc: OidcClient, iss: string | null): Promise<void> {
    const metadata: Readonly<Record<string, unknown>> = { ...(await oidc.metadataService.getMetadata()) }
    const required = iss !== null || metadata['authorization_response_iss_parameter_supported'] === true
    if (required && iss !== this.config.issuer) throw new UntrustedResponse('callback of another issuer')
  }

  /** Checks the ID token's issuer and audience (OpenID Connect Core, section 3.1.3.7). */
  private accept(response: SigninResponse): Grant {
    const { iss, aud, sub, name, email } = response.profile
    const audiences = Array.isArray(aud) ? aud : [aud]
    if (iss !== this.config.issuer || !audiences.includes(this.config.clientId)) throw new UntrustedResponse('ID token of another issuer or client')
    return {
      accessToken: response.access_token,
      ...(response.refresh_token === undefined ? {} : { refreshToken: response.refresh_token }),
      ...(response.id_token === undefined ? {} : { idToken: response.id_token }),
      expiresAt: Date.now() + (response.expires_in ?? Infinity) * 1000,
      scope: response.scope ?? '',
      profile: response.profile,
      user: { name: name ?? email ?? sub, subject: sub, ...(email === undefined ? {} : { email }) },
    }
  }
}

/** Maps the library's errors to the three that Issuer documents. */
async function classifyErrors<T>(run: () => Promise<T>): Promise<T> {
  try {
    return await run()
  } catch (error) {
    if (error instanceof Failure || error instanceof UntrustedResponse) throw error
    if (error instanceof ErrorResponse) throw new SignInRefused(error.error ?? '', safeHash(error.state))
    const noResponse = error instanceof TypeError || error instanceof ErrorTimeout || (error instanceof DOMException && error.name === 'TimeoutError')
    throw noResponse ? new Failure('issuer-down') : new UntrustedResponse('unexpected response', { cause: error })
  }
}
