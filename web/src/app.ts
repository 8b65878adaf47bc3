import { render } from 'lit-html'
import type { Config } from './config'
import { Model } from './model/model'
import { titleOf } from './screen'
import type { Browser } from './session/session'
import { frame } from './view/frame'

const channelName = 'securedpets'

/** App connects the model to the window: it renders each change and passes events on. */
export class App {
  private readonly model: Model
  private readonly channel = new BroadcastChannel(channelName)
  private renderScheduled = false

  constructor(config: Config, browser: Browser, private readonly root: HTMLElement) {
    this.model = new Model(config, browser, {
      changed: () => this.scheduleRender(),
      announce: () => this.channel.postMessage('pets'),
    })
  }

  async start(window: Window): Promise<void> {
    const { model } = this
    window.addEventListener('hashchange', () => {
      model.navigate()
      window.scrollTo({ top: 0 })
    })
    window.addEventListener('online', () => model.refresh())
    window.addEventListener('offline', () => this.scheduleRender())
    window.addEventListener('storage', (event) => model.session.followOtherTab(event.key, event.newValue))
    window.addEventListener('pageshow', (event) => event.persisted && model.session.resume())
    document.addEventListener('visibilitychange', () => document.visibilityState === 'visible' && model.refresh())
    this.channel.addEventListener('message', () => model.refresh())
    this.scheduleRender()
    await model.start()
  }

  /** Renders once for all changes of the current task. */
  private scheduleRender(): void {
    if (this.renderScheduled) return
    this.renderScheduled = true
    queueMicrotask(() => {
      this.renderScheduled = false
      document.title = `${titleOf(this.model.screen)} · Secured Pets`
      render(frame(this.model), this.root)
      const target = this.model.takeFocusTarget()
      if (target !== undefined) this.root.querySelector<HTMLElement>(target.selector)?.focus(target.options)
    })
  }
}
