import { html, nothing, type TemplateResult } from 'lit-html'
import type { Model } from '../model/model'
import { screens } from '../screen'
import { accountView } from './account'
import { banner } from './banner'
import { mark } from './drawing'
import { explorerView } from './explorer'
import { petsView } from './pets'
import { unicornsView } from './unicorns'

/** Renders the whole page: header, navigation, the current screen and footer. */
export function frame(model: Model): TemplateResult {
  return html`
    <a class="skip" href="#main" @click=${(event: Event) => skip(model, event)}>Skip to the content</a>
    <header class="masthead">
      <div class="bar">
        <a class="brand" href="#/">${mark()}<span>Secured Pets</span></a>
        <nav aria-label="Main">
          <ul>
            ${screens.map(
              ({ name, hash, title }) =>
                html`<li><a href=${hash} aria-current=${model.screen === name ? 'page' : nothing}>${title}</a></li>`,
            )}
          </ul>
        </nav>
        <div class="account">${account(model)}</div>
      </div>
    </header>
    <main id="main">
      <div role="status" class="banner">${banner(model)}</div>
      ${screenView(model)}
    </main>
    <footer>
      <p>API <code>${new URL(model.config.apiUrl).host}</code> · sign-in by <code>${new URL(model.config.issuer).host}</code></p>
    </footer>
  `
}

function skip(model: Model, event: Event): void {
  event.preventDefault() // the fragment names the screen
  model.focus('h1')
}

function account(model: Model): TemplateResult {
  const { session } = model
  switch (session.status) {
    case 'in':
      return html`<span class="who"><span class="visually-hidden">Signed in as </span>${session.user?.name}</span>
        <button type="button" class="quiet" @click=${() => session.signOut()}>Sign out</button>`
    case 'out':
      return html`<button type="button" class="primary" @click=${() => session.signIn()}>Sign in</button>`
    default:
      return html`<span class="who">One moment…</span>`
  }
}

function screenView(model: Model): TemplateResult {
  switch (model.screen) {
    case 'pets':
      return petsView(model)
    case 'unicorns':
      return unicornsView(model)
    case 'account':
      return accountView(model)
    case 'explorer':
      return explorerView(model)
    case 'not-found':
      return html`<h1 tabindex="-1">Page not found</h1>
        <p class="lede">There is nothing at this address. <a href="#/">Go to the pets.</a></p>`
  }
}
