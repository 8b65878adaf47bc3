import { nothing, html, type TemplateResult } from 'lit-html'
import type { Model } from '../model/model'
import type { News, Shop } from '../model/shop'
import { failureNotice, notice, type NoticeAction } from './notice'
import { formatPrice } from './price'

/** Renders what happened last, above the list. */
export function newsView(model: Model): TemplateResult {
  return html`<div role="status" class="news">${latest(model)}${retryNotice(model.shop)}</div>`
}

function latest(model: Model): TemplateResult | typeof nothing {
  const { shop } = model
  if (shop.news !== undefined) return newsNotice(model, shop.news)
  if (shop.failure === undefined || shop.phase !== 'ready') return nothing
  return failureNotice(model, shop.failure, () => void shop.load(), 'The list below may be out of date.')
}

function newsNotice(model: Model, news: News): TemplateResult {
  const dismiss = { label: 'Dismiss', act: () => model.shop.dismiss() }
  switch (news.kind) {
    case 'bought':
      return notice('good', 'It is yours!', `You bought ${offer(news.pet)}.`, [dismiss])
    case 'added':
      return notice('good', 'Added', `${offer(news.pet)} is on the list.`, [dismiss])
    case 'removed':
      return notice('good', 'Removed', `${news.pet.type} is no longer on the list.`, [dismiss])
    case 'changed':
      return confirmation(model, news)
    case 'failed':
      return failed(model, news, dismiss)
  }
}

const offer = ({ type, price }: { type: string; price: number }): string => `${type} for ${formatPrice(price)}`

/** Asks for a second click after the pet has changed. */
function confirmation(model: Model, { shown, now }: Extract<News, { kind: 'changed' }>): TemplateResult {
  const { shop } = model
  const title = shown.type === now.type ? 'The price has changed' : 'The pet has changed'
  return notice('plain', title, `Before: ${offer(shown)}. Now: ${offer(now)}. Nothing was bought yet.`, [
    { label: `Buy ${offer(now)}`, act: () => void shop.buy(now) },
    { label: 'Do not buy', act: () => shop.dismiss() },
  ])
}

const notDone = { buy: 'Nothing was bought.', add: 'The pet was not added.', remove: 'The pet was not removed.' } as const

function failed(model: Model, { action, failure, again }: Extract<News, { kind: 'failed' }>, dismiss: NoticeAction): TemplateResult {
  // The banner already reports the end of the session.
  if (failure.kind === 'expired' && model.session.notice === 'ended') return notice('bad', notDone[action], '', [dismiss])
  if (!failure.isOutcomeUnknown) return failureNotice(model, failure, again, notDone[action], [dismiss])
  const list = model.shop.failure === undefined ? 'The list below is up to date.' : 'The list below may be out of date.'
  return failureNotice(model, failure, again, `We do not know whether it worked. ${list}`, [dismiss])
}

/** Shows the delay before the next attempt; screen readers do not read the countdown. */
function retryNotice(shop: Shop): TemplateResult | typeof nothing {
  const { seconds } = shop.retry
  if (seconds === undefined) return nothing
  return html`
    <div class="notice plain">
      <div>
        <p class="notice-title">The shop is busy</p>
        <p>The page will try again<span aria-hidden="true"> in ${seconds} s</span>.</p>
      </div>
      <div class="notice-actions"><button type="button" class="quiet" @click=${() => shop.retry.now()}>Try now</button></div>
    </div>
  `
}
