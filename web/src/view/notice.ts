import { html, nothing, type TemplateResult } from 'lit-html'
import type { App } from '../app'
import type { Failure } from '../failure'
import { explain } from '../words'

export interface Action {
  readonly label: string
  readonly act: () => void
}

/** A word to the person: what happened, what it means, what to do. */
export function notice(tone: 'good' | 'plain' | 'bad', title: string, text: string, actions: readonly Action[] = []): TemplateResult {
  return html`
    <div class="notice ${tone}">
      <div>
        <p class="notice-title">${title}</p>
        ${text === '' ? nothing : html`<p>${text}</p>`}
      </div>
      ${actions.length === 0
        ? nothing
        : html`<div class="notice-actions">
            ${actions.map((action) => html`<button type="button" class="quiet" @click=${action.act}>${action.label}</button>`)}
          </div>`}
    </div>
  `
}

/** A failure in words, with a button for what would help. `lead` says what did not happen. */
export function trouble(app: App, failure: Failure, again: () => void, lead = '', more: readonly Action[] = []): TemplateResult {
  const { title, text, cure } = explain(failure, app.session.granted)
  const actions: Action[] = []
  if (cure === 'sign-in') actions.push({ label: 'Sign in', act: () => void app.session.signIn() })
  if (cure === 'retry') actions.push({ label: 'Try again', act: again })
  return notice('bad', title, lead === '' ? text : `${lead} ${text}`, [...actions, ...more])
}
