import { html, nothing, type TemplateResult } from 'lit-html'
import { repeat } from 'lit-html/directives/repeat.js'
import type { Model } from '../model/model'
import type { Shop } from '../model/shop'
import { petCard } from './card'
import { draftForm } from './draft'
import { animal } from './drawing'
import { newsView } from './news'
import { failureNotice } from './notice'

/** Renders the pets: to look at, to buy, and to add and remove. */
export function petsView(model: Model): TemplateResult {
  const { shop, session } = model
  const isAdministrator = session.may('update:pets')
  return html`
    <div class="heading">
      <div>
        <h1 tabindex="-1">Pets</h1>
        <p class="lede">${summary(shop)}</p>
      </div>
      ${isAdministrator && shop.phase === 'ready' && shop.draft === undefined
        ? html`<button type="button" id="add-pets" class="primary" ?disabled=${shop.saving} @click=${() => openDraft(model)}>Add Pets</button>`
        : nothing}
    </div>
    ${newsView(model)} ${isAdministrator ? draftForm(model) : nothing} ${list(model, isAdministrator)}
    ${session.status === 'out' && shop.pets.some((pet) => !pet.isSold)
      ? html`<p class="aside">To buy a pet, sign in with a social account such as Amazon. To change the list, sign in as an administrator.</p>`
      : nothing}
  `
}

function openDraft(model: Model): void {
  model.shop.openDraft()
  model.focus('#pet-type')
}

function summary(shop: Shop): string {
  if (shop.phase === 'loading') return 'Loading the list…'
  if (shop.phase === 'failed') return 'The list could not be loaded.'
  const available = shop.pets.filter((pet) => !pet.isSold).length
  const sold = shop.pets.length - available
  if (shop.pets.length === 0) return 'No pets for sale.'
  const parts = [available === 0 ? 'All pets are sold' : `${available} for sale`]
  if (sold > 0 && available > 0) parts.push(`${sold} sold`)
  return `${parts.join(', ')}.`
}

function list(model: Model, isAdministrator: boolean): TemplateResult {
  const { shop } = model
  if (shop.phase === 'failed' && shop.failure !== undefined) {
    return html`<div class="empty" role="alert">${failureNotice(model, shop.failure, () => void shop.load())}</div>`
  }
  if (shop.phase !== 'ready') {
    return html`<div class="pets" aria-hidden="true">${[1, 2, 3].map(() => html`<div class="pet placeholder"></div>`)}</div>`
  }
  if (shop.pets.length === 0) return empty(shop, isAdministrator)
  return html`<ul class="pets" aria-label="Pets">${repeat(shop.pets, (pet) => pet.id, (pet) => petCard(model, pet, isAdministrator))}</ul>`
}

function empty(shop: Shop, isAdministrator: boolean): TemplateResult {
  return html`
    <div class="empty">
      ${animal('')}
      <h2>${shop.neverSaved ? 'The shop has not opened yet' : 'The shop is empty'}</h2>
      <p>${isAdministrator ? 'Add the first pet with the button above.' : 'An administrator can add pets. Please come back later.'}</p>
    </div>
  `
}
