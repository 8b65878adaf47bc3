import { html, nothing, type TemplateResult } from 'lit-html'
import type { App } from '../app'
import type { Reply } from '../stable'
import type { Unicorn } from '../unicorn'
import { unicorn as drawing } from './drawing'
import { trouble } from './notice'

/** The unicorns: all of them for trainers, one by name for riders too. */
export function unicornsView(app: App): TemplateResult {
  const { stable } = app
  return html`
    <div class="heading">
      <div>
        <h1 tabindex="-1">Unicorns</h1>
        <p class="lede">Trainers see them all. Riders may ask for one by its name.</p>
      </div>
    </div>
    <section class="panel" aria-labelledby="one">
      <h2 id="one">One by name</h2>
      ${need(app, 'read:unicorn')}
      <form class="search" @submit=${(event: SubmitEvent) => find(app, event)}>
        <div class="field">
          <label for="unicorn-name">Name</label>
          <input id="unicorn-name" name="name" type="text" autocomplete="off" maxlength="256" .value=${stable.name} />
        </div>
        <button type="submit" class="primary">Look up</button>
      </form>
      <div role="status">${answer(app, stable.one, () => void stable.find(stable.name), (found) => cards([found]))}</div>
    </section>
    <section class="panel" aria-labelledby="all">
      <h2 id="all">All of them</h2>
      ${need(app, 'list:unicorns')}
      <button type="button" class="primary" @click=${() => stable.list()}>List unicorns</button>
      <div role="status">${answer(app, stable.all, () => void stable.list(), (all) => (all.length === 0 ? none() : cards(all)))}</div>
    </section>
  `
}

function find(app: App, event: SubmitEvent): void {
  event.preventDefault()
  const data = new FormData(event.currentTarget as HTMLFormElement)
  void app.stable.find(String(data.get('name')))
}

function need(app: App, scope: string): TemplateResult | typeof nothing {
  if (app.session.granted.has(scope)) return nothing
  const state = app.session.status === 'in' ? 'which you were not granted' : 'so you need to sign in'
  return html`<p class="hint">This needs the permission <code>${scope}</code>, ${state}. You may try it anyway.</p>`
}

function answer<T>(app: App, reply: Reply<T>, again: () => void, show: (value: T) => TemplateResult): TemplateResult | typeof nothing {
  switch (reply.phase) {
    case 'asking':
      return html`<p class="hint">Asking…</p>`
    case 'answered':
      return show(reply.value)
    case 'failed':
      return trouble(app, reply.failure, again)
    default:
      return nothing
  }
}

function none(): TemplateResult {
  return html`<p class="hint">The stable is empty.</p>`
}

function cards(unicorns: readonly Unicorn[]): TemplateResult {
  return html`
    <ul class="unicorns">
      ${unicorns.map(
        ({ name, gift }) => html`<li>
          ${drawing()}
          <div>
            <h3><bdi>${name}</bdi></h3>
            <p>Gift: <bdi>${gift}</bdi></p>
          </div>
        </li>`,
      )}
    </ul>
  `
}
