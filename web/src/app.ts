import { render } from 'lit-html'
import { Client } from './client'
import type { Config } from './config'
import { placeOf, type Place, titleOf } from './route'
import { type Browser, Session } from './session'
import { Shop } from './shop'
import { Stable } from './stable'
import { Laboratory } from './trial'
import { frame } from './view/frame'

const channelName = 'securedpets'

/** The page: its parts, and one function that draws them anew whenever one of them says that it changed. */
export class App {
  readonly session: Session
  readonly shop: Shop
  readonly stable: Stable
  readonly laboratory: Laboratory
  place: Place

  private drawing = false
  private focusNext: { selector: string; options: FocusOptions } | undefined
  private person: string | undefined
  private readonly channel = new BroadcastChannel(channelName)

  constructor(readonly config: Config, private readonly browser: Browser, private readonly root: HTMLElement) {
    const changed = (): void => this.draw()
    const told = (): void => this.channel.postMessage('pets')
    this.session = new Session(config, browser, () => this.followSession())
    const client = new Client(config.apiUrl, this.session)
    this.shop = new Shop(client, changed, told)
    this.stable = new Stable(client, changed)
    this.laboratory = new Laboratory(client, changed, () => {
      told()
      void this.shop.load()
    })
    this.place = placeOf(browser.location.hash)
  }

  async start(window: Window): Promise<void> {
    window.addEventListener('hashchange', () => this.move())
    window.addEventListener('online', () => this.refresh())
    window.addEventListener('offline', () => this.draw())
    window.addEventListener('storage', (event) => this.session.followOtherTab(event.key, event.newValue))
    document.addEventListener('visibilitychange', () => document.visibilityState === 'visible' && this.refresh())
    window.addEventListener('pageshow', (event) => event.persisted && this.session.resume())
    this.channel.addEventListener('message', () => this.refresh())
    this.draw()
    const staying = await this.session.start()
    this.place = placeOf(this.browser.location.hash)
    if (staying) await this.shop.load()
  }

  /** Puts the focus on what a selector names once it is drawn: whoever works by keyboard must not be thrown to the top. */
  focus(selector: string, options: FocusOptions = {}): void {
    this.focusNext = { selector, options }
    this.draw()
  }

  draw(): void {
    if (this.drawing) return
    this.drawing = true
    queueMicrotask(() => {
      this.drawing = false
      document.title = `${titleOf(this.place)} · Secured Pets`
      render(frame(this), this.root)
      const next = this.focusNext
      this.focusNext = undefined
      if (next !== undefined) this.root.querySelector<HTMLElement>(next.selector)?.focus(next.options)
    })
  }

  private refresh(): void {
    if (this.session.status === 'in' || this.session.status === 'out') void this.shop.load()
  }

  private move(): void {
    this.place = placeOf(this.browser.location.hash)
    this.shop.dismiss()
    this.focus('h1')
    window.scrollTo({ top: 0 })
  }

  /** Whoever comes next must not see what was shown to whoever went. */
  private followSession(): void {
    if (this.person !== this.session.person?.subject) {
      const gone = this.person !== undefined
      this.person = this.session.person?.subject
      for (const part of [this.shop, this.stable, this.laboratory]) part.forget()
      if (gone) this.refresh()
    }
    this.draw()
  }
}
