import { html, nothing, type TemplateResult } from 'lit-html'
import type { Failure } from '../api/failure'
import type { Model } from '../model/model'
import { explain } from './explanation'

/** A button of a notice. */
export interface NoticeAction {
  readonly label: string
  readonly act: () => void
}

/** Renders a message box. */
export function notice(tone: 'good' | 'plain' | 'bad', title: string, text: string, actions: readonly NoticeAction[] = []): TemplateResult {
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

/**
 * Renders a failure with a button for what would help. `lead` is the sentence before the
 * explanation.
 */
export function failureNotice(model: Model, failure: Failure, again: () => void, lead = '', more: readonly NoticeAction[] = []): TemplateResult {
  const { title, text, action } = explain(failure, model.session.granted)
  const actions: NoticeAction[] = []
  if (action === 'sign-in') actions.push({ label: 'Sign in', act: () => void model.session.signIn() })
  if (action === 'retry') actions.push({ label: 'Try again', act: again })
  return notice('bad', title, lead === '' ? text : `${lead} ${text}`, [...actions, ...more])
}
