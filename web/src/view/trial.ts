import { html, nothing, type TemplateResult } from 'lit-html'
import type { App } from '../app'
import { type Outcome, type Trial, trials } from '../trial'
import { explain } from '../words'

/** Every call of the API, to be sent whether it is allowed or not. */
export function trialView(app: App): TemplateResult {
  const { laboratory, session } = app
  return html`
    <div class="heading">
      <div>
        <h1 tabindex="-1">Try it anyway</h1>
        <p class="lede">The page only hides what you may not do. The API refuses it. Here you can watch it do so.</p>
      </div>
    </div>
    ${session.status === 'in'
      ? html`<label class="switch">
          <input
            type="checkbox"
            .checked=${laboratory.anonymous}
            @change=${(event: Event) => (laboratory.anonymous = (event.target as HTMLInputElement).checked)}
          />
          Send without my token
        </label>`
      : html`<p class="hint">You are not signed in, so the calls carry no token.</p>`}
    <ul class="trials">
      ${trials.map((trial) => card(app, trial))}
    </ul>
  `
}

function card(app: App, trial: Trial): TemplateResult {
  const running = app.laboratory.running.has(trial.id)
  return html`
    <li class="panel">
      <h2 id="trial-${trial.id}">${trial.title}</h2>
      <p class="route"><code>${trial.route}</code>${need(app, trial)}</p>
      <p class="hint">${trial.hint}</p>
      <form class="search" aria-labelledby="trial-${trial.id}" @submit=${(event: SubmitEvent) => run(app, trial, event)}>
        ${trial.field === undefined
          ? nothing
          : html`<div class="field">
              <label for="input-${trial.id}">${trial.field.label}</label>
              <input
                id="input-${trial.id}"
                name="input"
                type="text"
                inputmode=${trial.field.numeric ? 'numeric' : 'text'}
                autocomplete="off"
                value=${trial.field.value}
              />
            </div>`}
        <button type="submit" class="quiet" aria-disabled=${running ? 'true' : nothing}>
          ${running ? 'Sending…' : 'Send'}<span class="visually-hidden">: ${trial.title}</span>
        </button>
      </form>
      <div role="status">${result(app, app.laboratory.outcomes.get(trial.id))}</div>
    </li>
  `
}

function need(app: App, trial: Trial): TemplateResult {
  if (trial.needs === undefined) return html` <span class="badge yes">open to all</span>`
  const has = app.session.granted.has(trial.needs)
  return html` <span class="badge ${has ? 'yes' : 'no'}">${has ? 'you hold' : 'you lack'} ${trial.needs}</span>`
}

function run(app: App, trial: Trial, event: SubmitEvent): void {
  event.preventDefault()
  const input = new FormData(event.currentTarget as HTMLFormElement).get('input')
  void app.laboratory.run(trial, String(input ?? ''))
}

function result(app: App, outcome: Outcome | undefined): TemplateResult | typeof nothing {
  if (outcome === undefined) return nothing
  const { answer, failure } = outcome
  const words = failure === undefined ? { title: 'It was allowed', text: '' } : explain(failure, app.session.granted)
  const challenge = answer?.headers.get('www-authenticate')
  return html`
    <div class="outcome ${failure === undefined ? 'good' : 'bad'}">
      <p class="notice-title">
        ${answer === undefined ? nothing : html`<span class="status">${answer.status}</span>`} ${words.title}
      </p>
      ${words.text === '' ? nothing : html`<p>${words.text}</p>`}
      ${challenge ? html`<p class="raw"><code>www-authenticate: ${challenge}</code></p>` : nothing}
      ${answer === undefined ? nothing : html`<pre tabindex="0" aria-label="Answer of the API"><code>${pretty(answer.body)}</code></pre>`}
    </div>
  `
}

function pretty(body: unknown): string {
  return body === undefined ? '(empty)' : JSON.stringify(body, null, 2)
}
