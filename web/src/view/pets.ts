import { html, nothing, type TemplateResult } from 'lit-html'
import { repeat } from 'lit-html/directives/repeat.js'
import type { App } from '../app'
import { formatPrice, type Pet } from '../pet'
import type { Deed, News, Shop } from '../shop'
import { animal, tint } from './drawing'
import { draftForm } from './draft'
import { type Action, notice, trouble } from './notice'

/** The pets: for everybody to see, for buyers to buy, for administrators to add and remove. */
export function petsView(app: App): TemplateResult {
  const { shop, session } = app
  const manages = session.granted.has('update:pets')
  return html`
    <div class="heading">
      <div>
        <h1 tabindex="-1">Pets</h1>
        <p class="lede">${summary(shop)}</p>
      </div>
      ${manages && shop.phase === 'ready' && shop.draft === undefined
        ? html`<button type="button" id="add-pets" class="primary" ?disabled=${shop.saving} @click=${() => openDraft(app)}>Add Pets</button>`
        : nothing}
    </div>
    <div role="status" class="news">${news(app)}${patience(shop)}</div>
    ${manages ? draftForm(app) : nothing} ${list(app, manages)}
    ${session.status === 'out' && shop.pets.some((pet) => !pet.isSold)
      ? html`<p class="aside">To buy, sign in with a social account. To look after the list, sign in as an administrator.</p>`
      : nothing}
  `
}

function openDraft(app: App): void {
  app.shop.openDraft()
  app.focus('#pet-type')
}

function summary(shop: Shop): string {
  if (shop.phase === 'loading') return 'Loading the list…'
  if (shop.phase === 'failed') return 'The list is not here yet.'
  const free = shop.pets.filter((pet) => !pet.isSold).length
  const sold = shop.pets.length - free
  if (shop.pets.length === 0) return 'Nobody is looking for a home.'
  const parts = [free === 0 ? 'All have found a home' : `${free} looking for a home`]
  if (sold > 0 && free > 0) parts.push(`${sold} sold`)
  return `${parts.join(', ')}.`
}

function news(app: App): TemplateResult | typeof nothing {
  const { shop } = app
  if (shop.news !== undefined) return told(app, shop.news)
  if (shop.failure !== undefined && shop.phase === 'ready') {
    return trouble(app, shop.failure, () => void shop.load(), 'The list below may be old.')
  }
  return nothing
}

const leads = { buy: 'Nothing was bought.', add: 'The pet was not added.', remove: 'The pet was not removed.' } as const

function told(app: App, said: News): TemplateResult {
  const { shop } = app
  const dismiss = [{ label: 'Dismiss', act: () => shop.dismiss() }]
  if (said.kind === 'done') return done(said.did, said.pet, dismiss)
  const { did, failure, again } = said
  // The banner tells of the session already.
  if (failure.kind === 'expired' && app.session.notice === 'ended') return notice('bad', leads[did], '', dismiss)
  if (!failure.uncertain) return trouble(app, failure, again, leads[did], dismiss)
  const state = shop.failure === undefined ? 'the list shows what the shop has now' : 'the list below may be old'
  return trouble(app, failure, again, `Whether it arrived is not known; ${state}.`, dismiss)
}

function done(did: Deed, { type, price }: Pet, actions: readonly Action[]): TemplateResult {
  const offer = `${type} for ${formatPrice(price)}`
  switch (did) {
    case 'buy':
      return notice('good', 'Yours!', `You bought ${offer}.`, actions)
    case 'add':
      return notice('good', 'Added', `${offer} is on the list.`, actions)
    default:
      return notice('good', 'Removed', `${type} is no longer on the list.`, actions)
  }
}

/** The wait that the shop asked for. The number ticks where screen readers do not repeat it every second. */
function patience(shop: Shop): TemplateResult | typeof nothing {
  const { seconds } = shop.countdown
  if (seconds === undefined) return nothing
  return html`
    <div class="notice plain">
      <div>
        <p class="notice-title">The shop is busy</p>
        <p>Trying again by itself<span aria-hidden="true"> in ${seconds} s</span>.</p>
      </div>
      <div class="notice-actions"><button type="button" class="quiet" @click=${() => shop.countdown.now()}>Try now</button></div>
    </div>
  `
}

function list(app: App, manages: boolean): TemplateResult {
  const { shop } = app
  if (shop.phase === 'failed' && shop.failure !== undefined) {
    return html`<div class="empty" role="alert">${trouble(app, shop.failure, () => void shop.load())}</div>`
  }
  if (shop.phase !== 'ready') {
    return html`<div class="pets" aria-hidden="true">${[1, 2, 3].map(() => html`<div class="pet ghost"></div>`)}</div>`
  }
  if (shop.pets.length === 0) return empty(shop, manages)
  return html`<ul class="pets" aria-label="Pets">${repeat(shop.pets, (pet) => pet.id, (pet) => card(app, pet, manages))}</ul>`
}

function empty(shop: Shop, manages: boolean): TemplateResult {
  return html`
    <div class="empty">
      ${animal('')}
      <h2>${shop.neverSaved ? 'The shop has not opened yet' : 'The shop is empty'}</h2>
      <p>${manages ? 'Add the first pet with the button above.' : 'An administrator can add pets. Come back in a while.'}</p>
    </div>
  `
}

function card(app: App, pet: Pet, manages: boolean): TemplateResult {
  return html`
    <li class="pet ${pet.isSold ? 'is-sold' : ''}" id="pet-${pet.id}" tabindex="-1">
      <div class="portrait tint-${tint(pet.type)}">${animal(pet.type)}</div>
      <div class="facts">
        <h2><bdi>${pet.type}</bdi></h2>
        <p class="price">${formatPrice(pet.price)}${pet.isSold ? html` <span class="badge sold">sold</span>` : nothing}</p>
        ${owner(app, pet)}
      </div>
      ${deed(app, pet, manages)}
    </li>
  `
}

function owner(app: App, pet: Pet): TemplateResult | typeof nothing {
  if (pet.soldTo === undefined) return nothing
  const mine = pet.soldTo === app.session.person?.email
  return html`<p class="owner">to ${mine ? 'you' : html`<bdi>${pet.soldTo}</bdi>`}</p>`
}

function deed(app: App, pet: Pet, manages: boolean): TemplateResult | typeof nothing {
  const { shop, session } = app
  if (manages) {
    return html`<div class="deeds">
      <button type="button" class="quiet" ?disabled=${shop.saving} @click=${() => remove(app, pet)}>
        remove<span class="visually-hidden"> ${pet.type}, ${formatPrice(pet.price)}</span>
      </button>
    </div>`
  }
  if (pet.isSold || !session.granted.has('purchase:pets')) return nothing
  const buying = shop.buying.has(pet.id)
  return html`<div class="deeds">
    <button type="button" class="primary" aria-disabled=${buying ? 'true' : nothing} @click=${() => buy(app, pet)}>
      ${buying ? 'Buying…' : 'Buy!'}<span class="visually-hidden"> ${pet.type}, ${formatPrice(pet.price)}</span>
    </button>
  </div>`
}

async function buy(app: App, pet: Pet): Promise<void> {
  if (app.shop.buying.has(pet.id)) return
  await app.shop.buy(pet)
  if (app.shop.pets.some((p) => p.id === pet.id && p.isSold)) app.focus(`#pet-${pet.id}`, { preventScroll: true })
}

async function remove(app: App, pet: Pet): Promise<void> {
  const index = app.shop.pets.findIndex((p) => p.id === pet.id)
  await app.shop.remove(pet)
  const next = app.shop.pets[Math.min(index, app.shop.pets.length - 1)]
  app.focus(next === undefined ? 'h1' : `#pet-${next.id} button`, { preventScroll: true })
}
