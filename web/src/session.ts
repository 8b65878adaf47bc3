import type { Tokens } from './client'
import type { Config } from './config'
import { Failure } from './failure'
import { type Grant, Issuer, Mistrusted, type Person, Refused } from './issuer'

/** What the person should know about the session beyond being in or out. */
export type Notice = 'left' | 'left-here' | 'left-elsewhere' | 'joined-elsewhere' | 'ended' | 'refused' | 'mismatch' | 'issuer-down' | 'interrupted'

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
const leeway = 30_000 // milliseconds before its end at which a token is renewed
// OpenID Connect Core, section 3.1.2.6: prompt=none could not be answered without the person.
const needsPerson = new Set(['login_required', 'consent_required', 'interaction_required', 'account_selection_required'])

/**
 * A session. Tokens live in this object and nowhere else: a reload loses them and gets new ones by a redirect with
 * prompt=none, for which one mark without any secret is kept in local storage.
 */
export class Session implements Tokens {
  status: 'starting' | 'out' | 'in' | 'leaving' = 'starting'
  notice: Notice | undefined
  private grant: Grant | undefined
  private renewal: Promise<string | undefined> | undefined
  private readonly issuer: Issuer

  constructor(config: Config, private readonly browser: Browser, private readonly changed: () => void) {
    this.issuer = new Issuer(config, `${browser.location.origin}/`, browser.tab)
  }

  get person(): Person | undefined {
    return this.grant?.person
  }

  /** The permissions that this session was given. */
  get granted(): ReadonlySet<string> {
    return new Set(this.grant?.scope.split(' '))
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
    const { grant } = this
    this.browser.shared.removeItem(signedInMark)
    this.grant = undefined
    this.settle('leaving')
    try {
      const address = await this.issuer.signOutAddress(grant)
      this.browser.tab.setItem(leftMark, '1')
      this.browser.location.assign(address)
    } catch {
      this.settle('out', 'left-here')
    }
  }

  async token(): Promise<string | undefined> {
    const { grant } = this
    if (grant === undefined) return undefined
    if (grant.endsAt - Date.now() > leeway) return grant.accessToken
    try {
      return await this.renewOnce()
    } catch (error) {
      if (grant.endsAt > Date.now() && this.grant !== undefined) return grant.accessToken
      throw error
    }
  }

  async renew(refused: string): Promise<string | undefined> {
    const current = this.grant?.accessToken
    return current !== undefined && current !== refused ? current : this.renewOnce()
  }

  /** Follows what another tab did to the session that all tabs share. */
  followOtherTab(key: string | null, value: string | null): void {
    if (key !== null && key !== signedInMark) return
    if (value === null && this.grant !== undefined) {
      this.grant = undefined
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
    if (this.status === 'leaving') this.settle(this.grant === undefined ? 'out' : 'in')
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
    const { location } = this.browser
    this.settle('leaving')
    try {
      const address = await this.issuer.signInAddress(location.hash, prompt)
      // Replacing keeps a restore out of the history: "back" leads to where the person was before.
      if (prompt === 'none') location.replace(address)
      else location.assign(address)
      return true
    } catch {
      this.take(restoringMark)
      this.settle(this.grant === undefined ? 'out' : 'in', 'issuer-down')
      return false
    }
  }

  private async arrive(url: URL): Promise<void> {
    const restored = this.take(restoringMark)
    // The code leaves the address bar before anything else happens.
    this.goTo(url.hash)
    try {
      if (!this.issuer.began(url)) throw new Mistrusted('not begun in this tab')
      const { grant, hash } = await this.issuer.finish(url)
      this.grant = grant
      this.goTo(hash)
      this.browser.shared.setItem(signedInMark, '1')
      this.settle('in')
    } catch (error) {
      if (error instanceof Refused) this.refused(error, restored)
      else this.settle('out', error instanceof Mistrusted ? 'mismatch' : 'issuer-down')
    }
  }

  private refused({ code, hash }: Refused, restored: boolean): void {
    const ended = restored && needsPerson.has(code)
    if (ended) this.browser.shared.removeItem(signedInMark)
    this.goTo(hash)
    this.settle('out', ended ? 'ended' : 'refused')
  }

  private goTo(hash: string): void {
    this.browser.history.replaceState(null, '', `/${hash}`)
  }

  /** Asks for another token, once for all who wait for it. */
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
      if (this.grant !== grant) return this.grant?.accessToken // signed out meanwhile
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
    this.settle('out', 'ended')
    throw new Failure('expired')
  }
}
