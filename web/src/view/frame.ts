import { html, nothing, type TemplateResult } from 'lit-html'
import type { App } from '../app'
import { places } from '../route'
import type { Notice } from '../session'
import { mark } from './drawing'
import { type Action, notice } from './notice'
import { petsView } from './pets'
import { trialView } from './trial'
import { unicornsView } from './unicorns'
import { youView } from './you'

/** Everything on the screen: landmarks, navigation, who is here, and the place that the address names. */
export function frame(app: App): TemplateResult {
  return html`
    <a class="skip" href="#main" @click=${(event: Event) => skip(app, event)}>Skip to the content</a>
    <header class="masthead">
      <div class="bar">
        <a class="brand" href="#/">${mark()}<span>Secured Pets</span></a>
        <nav aria-label="Places">
          <ul>
            ${places.map(
              ({ place, hash, title }) =>
                html`<li><a href=${hash} aria-current=${app.place === place ? 'page' : nothing}>${title}</a></li>`,
            )}
          </ul>
        </nav>
        <div class="account">${account(app)}</div>
      </div>
    </header>
    <main id="main">
      <div role="status" class="banner">${banner(app)}</div>
      ${view(app)}
    </main>
    <footer>
      <p>API <code>${new URL(app.config.apiUrl).host}</code> · sign-in by <code>${new URL(app.config.issuer).host}</code></p>
    </footer>
  `
}

function skip(app: App, event: Event): void {
  event.preventDefault() // the hash belongs to the places
  app.focus('h1')
}

function account(app: App): TemplateResult {
  const { session } = app
  switch (session.status) {
    case 'in':
      return html`<span class="who"><span class="visually-hidden">Signed in as </span>${session.person?.name}</span>
        <button type="button" class="quiet" @click=${() => session.signOut()}>Sign out</button>`
    case 'out':
      return html`<button type="button" class="primary" @click=${() => session.signIn()}>Sign in</button>`
    default:
      return html`<span class="who">One moment…</span>`
  }
}

function banner(app: App): TemplateResult | typeof nothing {
  if (!navigator.onLine) return notice('plain', 'You are offline', 'What you see may be old. The page goes on when the connection is back.')
  const said = app.session.notice
  if (said === undefined) return nothing
  const { title, text, cure } = notices[said]
  const actions: Action[] = []
  if (cure !== undefined) actions.push({ label: cure, act: () => void app.session.signIn() })
  actions.push({ label: 'Dismiss', act: () => app.session.dismiss() })
  return notice(said === 'left' || said === 'joined-elsewhere' ? 'plain' : 'bad', title, text, actions)
}

const notices: Readonly<Record<Notice, { title: string; text: string; cure?: string }>> = {
  left: { title: 'You are signed out', text: 'Here and at the sign-in service.' },
  'left-here': {
    title: 'You are signed out here',
    text: 'The sign-in service could not be told, so it may still remember you. On a shared computer, close the browser.',
  },
  'left-elsewhere': { title: 'You signed out in another tab', text: 'So this one has forgotten you too.', cure: 'Sign in' },
  'joined-elsewhere': { title: 'You signed in in another tab', text: 'This one can go on with the same account.', cure: 'Continue here' },
  ended: { title: 'Your session has ended', text: 'Sign in again and you are back at this place.', cure: 'Sign in' },
  refused: { title: 'The sign-in was not completed', text: 'The sign-in service did not let you in. Nothing was changed.', cure: 'Sign in' },
  mismatch: {
    title: 'That sign-in was not begun here',
    text: 'Its answer does not belong to this tab, or was used before. It was not accepted.',
    cure: 'Sign in',
  },
  'issuer-down': {
    title: 'The sign-in service does not answer',
    text: 'You can look around meanwhile. What needs a sign-in has to wait until it is back.',
    cure: 'Try again',
  },
  interrupted: { title: 'You are not signed in', text: 'Getting back to your session was interrupted.', cure: 'Continue' },
}

function view(app: App): TemplateResult {
  switch (app.place) {
    case 'pets':
      return petsView(app)
    case 'unicorns':
      return unicornsView(app)
    case 'you':
      return youView(app)
    case 'try':
      return trialView(app)
    default:
      return html`<h1 tabindex="-1">Nothing here</h1>
        <p class="lede">This address leads nowhere. <a href="#/">See the pets instead.</a></p>`
  }
}
