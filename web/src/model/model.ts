import { Client } from '../api/client'
import type { Config } from '../config'
import { type ScreenName, screenOf } from '../screen'
import { type Browser, Session } from '../session/session'
import { Explorer } from './explorer'
import { Shop } from './shop'
import { Unicorns } from './unicorns'

/** Observer is notified about the model. */
export interface Observer {
  /** Called after each change. */
  changed(): void
  /** Called after this page changed the catalog. */
  announce(): void
}

/** The element to focus after the next rendering. */
export interface FocusTarget {
  readonly selector: string
  readonly options: FocusOptions
}

/** Model is the state of the page. Views read it and call its methods. */
export class Model {
  readonly session: Session
  readonly shop: Shop
  readonly unicorns: Unicorns
  readonly explorer: Explorer
  screen: ScreenName
  private focusTarget: FocusTarget | undefined
  private subject: string | undefined

  constructor(readonly config: Config, private readonly browser: Browser, private readonly observer: Observer) {
    const changed = (): void => observer.changed()
    const announce = (): void => observer.announce()
    this.session = new Session(config, browser, () => this.followSession())
    const client = new Client(config.apiUrl, this.session)
    this.shop = new Shop(client, changed, announce)
    this.unicorns = new Unicorns(client, changed)
    this.explorer = new Explorer(client, changed, () => {
      announce()
      void this.shop.refresh()
    })
    this.screen = screenOf(browser.location.hash)
  }

  /** Restores the session and loads the pets. */
  async start(): Promise<void> {
    const staying = await this.session.start()
    this.screen = screenOf(this.browser.location.hash)
    if (staying) await this.shop.load()
  }

  /** Loads the pets again, unless the browser is being redirected. */
  refresh(): void {
    if (this.session.status === 'in' || this.session.status === 'out') void this.shop.refresh()
  }

  /** Shows the screen that the address names. */
  navigate(): void {
    this.screen = screenOf(this.browser.location.hash)
    this.shop.dismiss()
    this.focus('h1')
  }

  /** Moves the keyboard focus after the next rendering. */
  focus(selector: string, options: FocusOptions = {}): void {
    this.focusTarget = { selector, options }
    this.observer.changed()
  }

  takeFocusTarget(): FocusTarget | undefined {
    const target = this.focusTarget
    this.focusTarget = undefined
    return target
  }

  /** Removes what only the previous user may see. */
  private followSession(): void {
    const subject = this.session.user?.subject
    if (this.subject !== subject) {
      const signedOut = this.subject !== undefined
      this.subject = subject
      for (const part of [this.shop, this.unicorns, this.explorer]) part.forget()
      if (signedOut) this.refresh()
    }
    this.observer.changed()
  }
}
