import type { TokenSource } from '../api/client'
import { Failure } from '../api/failure'
import type { Config } from '../config'
import type { Scope } from '../contract'
import { type Grant, Issuer, SignInRefused, UntrustedResponse, type User } from './issuer'

/** What the page reports about the session beside its status. */
export type Notice =
  | 'signed-out' | 'signed-out-here' | 'signed-out-elsewhere' | 'signed-in-elsewhere'
  | 'ended' | 'refused' | 'mismatch' | 'issuer-down' | 'interrupted'

/** The parts of a browser window that a session uses. */
export interface Browser {
  readonly location: Location
  readonly history: History
  /** Storage of all tabs; holds one flag and no token. */
  readonly shared: Storage
  /** Storage of this tab; holds what must survive a redirect. */
  readonly tab: Storage
}

const signedInFlag = 'securedpets.signed-in'
const restoringFlag = 'securedpets.restoring'
const signedOutFlag = 'securedpets.signed-out'
const renewBefore = 30_000 // milliseconds before expiry
// OpenID Connect Core, section 3.1.2.6: errors of prompt=none that only a dialog resolves.
const dialogRequired = new Set(['login_required', 'consent_required', 'interaction_required', 'account_selection_required'])

/**
 * Session holds the tokens, in memory only. A reload gets new ones by a redirect with
 * prompt=none; a flag in local storage records that there is a session to restore.
 */
export class Session implements TokenSource {
  status: 'starting' | 'out' | 'in' | 'redirecting' = 'starting'
  notice: Notice | undefined
  private grant: Grant | undefined
  private renewal: Promise<string | undefined> | undefined
  private readonly issuer: Issuer

  constructor(config: Config, private readonly browser: Browser, private readonly changed: () => void) {
    this.issuer = new Issuer(config, `${browser.location.origin}/`, browser.tab)
  }

  get user(): User | undefined {
    return this.grant?.user
  }

  /** Reports whether the scope was granted. */
  may(scope: Scope): boolean {
    return this.granted.has(scope)
  }

  /** The granted scopes. */
  get granted(): ReadonlySet<string> {
    return new Set(this.grant?.scope.split(' '))
  }

  /**
   * Finishes a sign-in or restores the session. Returns false if the browser is being
   * redirected.
   */
  async start(): Promise<boolean> {
    const url = new URL(this.browser.location.href)
    if (url.searchParams.has('state') && (url.searchParams.has('code') || url.searchParams.has('error'))) {
      await this.finishSignIn(url)
      return true
    }
    if (this.browser.shared.getItem(signedInFlag) === null) {
      this.setStatus('out', this.takeFlag(signedOutFlag) ? 'signed-out' : undefined)
      return true
    }
    // Do not repeat a restore that did not return: it would trap the Back button.
    if (this.takeFlag(restoringFlag)) {
      this.setStatus('out', 'interrupted')
      return true
    }
    this.browser.tab.setItem(restoringFlag, '1')
    return !(await this.redirect('none'))
  }

  async signIn(): Promise<void> {
    await this.redirect(undefined)
  }

  /**
   * Ends the session here first, so that it is over even if the issuer is down, then at
   * the issuer.
   */
  async signOut(): Promise<void> {
    const { grant } = this
    this.browser.shared.removeItem(signedInFlag)
    this.grant = undefined
    this.setStatus('redirecting')
    try {
      const address = await this.issuer.signOutAddress(grant)
      this.browser.tab.setItem(signedOutFlag, '1')
      this.browser.location.assign(address)
    } catch {
      this.setStatus('out', 'signed-out-here')
    }
  }

  async token(): Promise<string | undefined> {
    const { grant } = this
    if (grant === undefined) return undefined
    if (grant.expiresAt - Date.now() > renewBefore) return grant.accessToken
    try {
      return await this.renewOnce()
    } catch (error) {
      if (grant.expiresAt > Date.now() && this.grant !== undefined) return grant.accessToken
      throw error
    }
  }

  async renew(refused: string): Promise<string | undefined> {
    const current = this.grant?.accessToken
    return current !== undefined && current !== refused ? current : this.renewOnce()
  }

  /** Follows a sign-in or sign-out in another tab. */
  followOtherTab(key: string | null, value: string | null): void {
    if (key !== null && key !== signedInFlag) return
    if (value === null && this.grant !== undefined) {
      this.grant = undefined
      this.setStatus('out', 'signed-out-elsewhere')
    } else if (value === null && this.notice === 'signed-in-elsewhere') {
      this.setStatus('out')
    } else if (value !== null && this.status === 'out') {
      this.setStatus('out', 'signed-in-elsewhere')
    }
  }

  /** Continues after the browser restored the page from its cache, which cancels a redirect. */
  resume(): void {
    this.takeFlag(restoringFlag)
    if (this.status === 'redirecting') this.setStatus(this.grant === undefined ? 'out' : 'in')
    this.followOtherTab(signedInFlag, this.browser.shared.getItem(signedInFlag))
  }

  dismiss(): void {
    this.notice = undefined
    this.changed()
  }

  private setStatus(status: Session['status'], notice?: Notice): void {
    this.status = status
    this.notice = notice
    this.changed()
  }

  private takeFlag(flag: string): boolean {
    const set = this.browser.tab.getItem(flag) !== null
    this.browser.tab.removeItem(flag)
    return set
  }

  /** Sends the browser to the issuer; false if the issuer is down. */
  private async redirect(prompt: 'none' | undefined): Promise<boolean> {
    const { location } = this.browser
    this.setStatus('redirecting')
    try {
      const address = await this.issuer.signInAddress(location.hash, prompt)
      // A restore adds no history entry, so Back leads to the previous page.
      if (prompt === 'none') location.replace(address)
      else location.assign(address)
      return true
    } catch {
      this.takeFlag(restoringFlag)
      this.setStatus(this.grant === undefined ? 'out' : 'in', 'issuer-down')
      return false
    }
  }

  private async finishSignIn(callback: URL): Promise<void> {
    const restored = this.takeFlag(restoringFlag)
    this.replaceAddress(callback.hash) // first remove the code from the address
    try {
      if (!this.issuer.startedHere(callback)) throw new UntrustedResponse('sign-in of another tab')
      const { grant, hash } = await this.issuer.exchange(callback)
      this.grant = grant
      this.replaceAddress(hash)
      this.browser.shared.setItem(signedInFlag, '1')
      this.setStatus('in')
    } catch (error) {
      if (error instanceof SignInRefused) this.handleRefusal(error, restored)
      else this.setStatus('out', error instanceof UntrustedResponse ? 'mismatch' : 'issuer-down')
    }
  }

  private handleRefusal({ code, hash }: SignInRefused, restored: boolean): void {
    const ended = restored && dialogRequired.has(code)
    if (ended) this.browser.shared.removeItem(signedInFlag)
    this.replaceAddress(hash)
    this.setStatus('out', ended ? 'ended' : 'refused')
  }

  private replaceAddress(hash: string): void {
    this.browser.history.replaceState(null, '', `/${hash}`)
  }

  /** Renews the token with one request for all concurrent callers. */
  private renewOnce(): Promise<string | undefined> {
    this.renewal ??= this.refresh().finally(() => {
      this.renewal = undefined
    })
    return this.renewal
  }

  private async refresh(): Promise<string | undefined> {
    const { grant } = this
    if (grant === undefined) return undefined
    if (grant.refreshToken === undefined) return this.end()
    try {
      const renewed = await this.issuer.refresh(grant, grant.refreshToken)
      if (this.grant !== grant) return this.grant?.accessToken // signed out in the meantime
      this.grant = renewed
      this.changed()
      return renewed.accessToken
    } catch (error) {
      if (error instanceof Failure) throw error
      return this.end()
    }
  }

  private end(): never {
    this.grant = undefined
    this.setStatus('out', 'ended')
    throw new Failure('expired')
  }
}
