import { html, nothing, type TemplateResult } from 'lit-html'
import type { Pet } from '../contract'
import type { Model } from '../model/model'
import { animal, tint } from './drawing'
import { formatPrice } from './price'

/** Renders a pet with the action that the user may take. */
export function petCard(model: Model, pet: Pet, isAdministrator: boolean): TemplateResult {
  return html`
    <li class="pet ${pet.isSold ? 'is-sold' : ''}" id="pet-${pet.id}" tabindex="-1">
      <div class="portrait tint-${tint(pet.type)}">${animal(pet.type)}</div>
      <div class="facts">
        <h2><bdi>${pet.type}</bdi></h2>
        <p class="price">${formatPrice(pet.price)}${pet.isSold ? html` <span class="badge sold">sold</span>` : nothing}</p>
        ${owner(model, pet)}
      </div>
      ${isAdministrator ? removeButton(model, pet) : buyButton(model, pet)}
    </li>
  `
}

function owner(model: Model, pet: Pet): TemplateResult | typeof nothing {
  if (pet.soldTo === undefined) return nothing
  const mine = pet.soldTo === model.session.user?.email
  return html`<p class="owner">to ${mine ? 'you' : html`<bdi>${pet.soldTo}</bdi>`}</p>`
}

function removeButton(model: Model, pet: Pet): TemplateResult {
  return html`<div class="card-actions">
    <button type="button" class="quiet" ?disabled=${model.shop.saving} @click=${() => remove(model, pet)}>
      remove<span class="visually-hidden"> ${pet.type}, ${formatPrice(pet.price)}</span>
    </button>
  </div>`
}

function buyButton(model: Model, pet: Pet): TemplateResult | typeof nothing {
  const { shop, session } = model
  if (pet.isSold || !session.may('purchase:pets')) return nothing
  const buying = shop.buying.has(pet.id)
  return html`<div class="card-actions">
    <button type="button" class="primary" aria-disabled=${buying ? 'true' : nothing} @click=${() => buy(model, pet)}>
      ${buying ? 'Buying…' : 'Buy!'}<span class="visually-hidden"> ${pet.type}, ${formatPrice(pet.price)}</span>
    </button>
  </div>`
}

async function buy(model: Model, pet: Pet): Promise<void> {
  const { shop } = model
  if (shop.buying.has(pet.id)) return
  await shop.buy(pet)
  // Not the button: a held Enter key must not confirm a changed price.
  if (shop.news?.kind === 'changed' || shop.pets.some((p) => p.id === pet.id && p.isSold)) model.focus(`#pet-${pet.id}`, { preventScroll: true })
}

async function remove(model: Model, pet: Pet): Promise<void> {
  const index = model.shop.pets.findIndex((p) => p.id === pet.id)
  await model.shop.remove(pet)
  const next = model.shop.pets[Math.min(index, model.shop.pets.length - 1)]
  model.focus(next === undefined ? 'h1' : `#pet-${next.id} button`, { preventScroll: true })
}
