import { html, nothing, type TemplateResult } from 'lit-html'
import type { Scope } from '../contract'
import { type Example, examples, type Outcome } from '../model/explorer'
import type { Model } from '../model/model'
import { explain } from './explanation'

/** Renders the example requests, which every user can send. */
export function explorerView(model: Model): TemplateResult {
  const { explorer, session } = model
  return html`
    <div class="heading">
      <div>
        <h1 tabindex="-1">Try it anyway</h1>
        <p class="lede">The shop checks every request itself. Send what you may not do and see how it refuses.</p>
      </div>
    </div>
    ${session.status === 'in'
      ? html`<label class="switch">
          <input
            type="checkbox"
            .checked=${explorer.anonymous}
            @change=${(event: Event) => (explorer.anonymous = (event.target as HTMLInputElement).checked)}
          />
          Send as if I were not signed in
        </label>`
      : html`<p class="hint">You are not signed in, so the requests are sent without a token.</p>`}
    <ul class="examples">
      ${examples.map((example) => card(model, example))}
    </ul>
  `
}

function card(model: Model, example: Example): TemplateResult {
  const { id, title, route, hint, field } = example
  const running = model.explorer.running.has(id)
  return html`
    <li class="panel">
      <h2 id="example-${id}">${title}</h2>
      <p class="route"><code>${route.method} ${route.path}</code>${requirement(model, route.scope)}</p>
      <p class="hint">${hint}</p>
      <form class="search" aria-labelledby="example-${id}" @submit=${(event: SubmitEvent) => run(model, example, event)}>
        ${field === undefined
          ? nothing
          : html`<div class="field">
              <label for="input-${id}">${field.label}</label>
              <input
                id="input-${id}"
                name="input"
                type="text"
                inputmode=${field.numeric ? 'numeric' : 'text'}
                autocomplete="off"
                value=${field.value}
              />
            </div>`}
        <button type="submit" class="quiet" aria-disabled=${running ? 'true' : nothing}>
          ${running ? 'Sending…' : 'Send'}<span class="visually-hidden">: ${title}</span>
        </button>
      </form>
      <div role="status">${result(model, model.explorer.outcomes.get(id))}</div>
    </li>
  `
}

function requirement(model: Model, scope: Scope | undefined): TemplateResult {
  if (scope === undefined) return html` <span class="badge yes">open to all</span>`
  const has = model.session.may(scope)
  return html` <span class="badge ${has ? 'yes' : 'no'}">${has ? 'you have' : 'you do not have'} ${scope}</span>`
}

function run(model: Model, example: Example, event: SubmitEvent): void {
  event.preventDefault()
  const input = new FormData(event.currentTarget as HTMLFormElement).get('input')
  void model.explorer.run(example, String(input ?? ''))
}

function result(model: Model, outcome: Outcome | undefined): TemplateResult | typeof nothing {
  if (outcome === undefined) return nothing
  const { response, failure } = outcome
  const { title, text } = failure === undefined ? { title: 'It worked', text: '' } : explain(failure, model.session.granted)
  const challenge = response?.headers.get('www-authenticate')
  return html`
    <div class="outcome ${failure === undefined ? 'good' : 'bad'}">
      <p class="notice-title">
        ${response === undefined ? nothing : html`<span class="status">${response.status}</span>`} ${title}
      </p>
      ${text === '' ? nothing : html`<p>${text}</p>`}
      ${challenge ? html`<p class="raw"><code>www-authenticate: ${challenge}</code></p>` : nothing}
      ${response === undefined ? nothing : html`<pre tabindex="0" aria-label="Response"><code>${pretty(response.body)}</code></pre>`}
    </div>
  `
}

function pretty(body: unknown): string {
  return body === undefined ? '(empty)' : JSON.stringify(body, null, 2)
}
