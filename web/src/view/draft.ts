import { html, nothing, type TemplateResult } from 'lit-html'
import type { App } from '../app'

/** The form for a new pet. */
export function draftForm(app: App): TemplateResult | typeof nothing {
  const { shop } = app
  const { draft } = shop
  if (draft === undefined) return nothing
  return html`
    <form class="draft" aria-label="New pet" novalidate @submit=${(event: SubmitEvent) => submit(app, event)}>
      ${field('pet-type', 'Pet Type', draft.type, draft.problems.type, { inputmode: 'text', hint: 'Such as dog, cat or frog' })}
      ${field('pet-price', 'Pet Price', draft.price, draft.problems.price, { inputmode: 'decimal', hint: 'Such as 4.99' })}
      <div class="draft-deeds">
        <button type="submit" class="primary" ?disabled=${shop.saving}>save</button>
        <button type="button" class="quiet" ?disabled=${shop.saving} @click=${() => cancel(app)}>cancel</button>
      </div>
    </form>
  `
}

function field(
  id: string,
  label: string,
  value: string,
  problem: string | undefined,
  { inputmode, hint }: { inputmode: 'text' | 'decimal'; hint: string },
): TemplateResult {
  return html`
    <div class="field">
      <label for=${id}>${label}</label>
      <input
        id=${id}
        name=${id}
        type="text"
        inputmode=${inputmode}
        autocomplete="off"
        .value=${value}
        aria-invalid=${problem === undefined ? nothing : 'true'}
        aria-describedby="${id}-hint"
      />
      <p id="${id}-hint" class=${problem === undefined ? 'hint' : 'problem'}>${problem ?? hint}</p>
    </div>
  `
}

async function submit(app: App, event: SubmitEvent): Promise<void> {
  event.preventDefault()
  const data = new FormData(event.currentTarget as HTMLFormElement)
  const accepted = await app.shop.add(String(data.get('pet-type')), String(data.get('pet-price')))
  if (!accepted) app.focus('.draft [aria-invalid]')
  else if (app.shop.draft === undefined) app.focus('#add-pets')
}

function cancel(app: App): void {
  app.shop.closeDraft()
  app.focus('#add-pets')
}
