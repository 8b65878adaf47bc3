import { html, nothing, type TemplateResult } from 'lit-html'
import type { Model } from '../model/model'

/** Renders the form for a new pet. */
export function draftForm(model: Model): TemplateResult | typeof nothing {
  const { shop } = model
  const { draft } = shop
  if (draft === undefined) return nothing
  return html`
    <form class="draft" aria-label="New pet" novalidate @submit=${(event: SubmitEvent) => submit(model, event)}>
      ${field('pet-type', 'Pet Type', draft.type, draft.problems.type, { inputmode: 'text', hint: 'For example dog, cat or frog' })}
      ${field('pet-price', 'Pet Price', draft.price, draft.problems.price, { inputmode: 'decimal', hint: 'For example 4.99' })}
      <div class="draft-actions">
        <button type="submit" class="primary" ?disabled=${shop.saving}>save</button>
        <button type="button" class="quiet" ?disabled=${shop.saving} @click=${() => cancel(model)}>cancel</button>
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

async function submit(model: Model, event: SubmitEvent): Promise<void> {
  event.preventDefault()
  const data = new FormData(event.currentTarget as HTMLFormElement)
  const valid = await model.shop.add(String(data.get('pet-type')), String(data.get('pet-price')))
  if (!valid) model.focus('.draft [aria-invalid]')
  else if (model.shop.draft === undefined) model.focus('#add-pets')
}

function cancel(model: Model): void {
  model.shop.closeDraft()
  model.focus('#add-pets')
}
