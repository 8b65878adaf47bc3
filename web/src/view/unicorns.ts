import { html, nothing, type TemplateResult } from 'lit-html'
import type { Scope, Unicorn } from '../contract'
import type { Model } from '../model/model'
import type { Result } from '../model/unicorns'
import { unicorn as drawing } from './drawing'
import { failureNotice } from './notice'

/** Renders the lookup of one unicorn and the list of all. */
export function unicornsView(model: Model): TemplateResult {
  const { unicorns } = model
  return html`
    <div class="heading">
      <div>
        <h1 tabindex="-1">Unicorns</h1>
        <p class="lede">Trainers can list all unicorns. Riders can look up one by its name.</p>
      </div>
    </div>
    <section class="panel" aria-labelledby="one">
      <h2 id="one">One by name</h2>
      ${requirement(model, 'read:unicorn')}
      <form class="search" @submit=${(event: SubmitEvent) => find(model, event)}>
        <div class="field">
          <label for="unicorn-name">Name</label>
          <input id="unicorn-name" name="name" type="text" autocomplete="off" maxlength="256" .value=${unicorns.name} />
        </div>
        <button type="submit" class="primary">Look up</button>
      </form>
      <div role="status">${result(model, unicorns.one, () => void unicorns.find(unicorns.name), (found) => cards([found]))}</div>
    </section>
    <section class="panel" aria-labelledby="all">
      <h2 id="all">All unicorns</h2>
      ${requirement(model, 'list:unicorns')}
      <button type="button" class="primary" @click=${() => unicorns.list()}>List unicorns</button>
      <div role="status">${result(model, unicorns.all, () => void unicorns.list(), (all) => (all.length === 0 ? none() : cards(all)))}</div>
    </section>
  `
}

function find(model: Model, event: SubmitEvent): void {
  event.preventDefault()
  const data = new FormData(event.currentTarget as HTMLFormElement)
  void model.unicorns.find(String(data.get('name')))
}

function requirement(model: Model, scope: Scope): TemplateResult | typeof nothing {
  if (model.session.may(scope)) return nothing
  const state = model.session.status === 'in' ? 'which your account does not have' : 'so please sign in first'
  return html`<p class="hint">This needs the permission <code>${scope}</code>, ${state}. You can still try it.</p>`
}

function result<T>(model: Model, current: Result<T>, again: () => void, show: (value: T) => TemplateResult): TemplateResult | typeof nothing {
  switch (current.phase) {
    case 'idle':
      return nothing
    case 'loading':
      return html`<p class="hint">Loading…</p>`
    case 'done':
      return show(current.value)
    case 'failed':
      return failureNotice(model, current.failure, again)
  }
}

function none(): TemplateResult {
  return html`<p class="hint">There are no unicorns.</p>`
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
