import { html, type TemplateResult } from 'lit-html'
import type { App } from '../app'
import { permissions } from '../scopes'

/** Who is signed in, and which of the permissions that were asked for were granted. */
export function youView(app: App): TemplateResult {
  const { person } = app.session
  return html`
    <div class="heading">
      <div>
        <h1 tabindex="-1">You</h1>
        <p class="lede">${person === undefined ? 'You are not signed in.' : `Signed in as ${person.name}.`}</p>
      </div>
    </div>
    ${person === undefined ? visitor(app) : identity(person)} ${rights(app)}
  `
}

function visitor(app: App): TemplateResult {
  return html`<section class="panel">
    <p>Looking at the pets needs no account. For everything else the sign-in service says who you are and what you may do.</p>
    <button type="button" class="primary" @click=${() => app.session.signIn()}>Sign in</button>
  </section>`
}

function identity(person: { name: string; email?: string; subject: string }): TemplateResult {
  return html`<section class="panel" aria-label="Your account">
    <dl>
      <dt>Name</dt>
      <dd><bdi>${person.name}</bdi></dd>
      <dt>E-mail</dt>
      <dd><bdi>${person.email ?? 'not given'}</bdi></dd>
      <dt>Account</dt>
      <dd><code>${person.subject}</code></dd>
    </dl>
  </section>`
}

function rights(app: App): TemplateResult {
  const { granted, status } = app.session
  return html`<section class="panel" aria-labelledby="rights">
    <h2 id="rights">Permissions</h2>
    <p class="hint">Every sign-in asks for all of them. The sign-in service grants those that the account holds and leaves out the others.</p>
    <ul class="rights">
      ${permissions.map(({ scope, allows, holders }) => {
        const has = granted.has(scope)
        const word = status !== 'in' ? 'not signed in' : has ? 'granted' : 'refused'
        return html`<li>
          <span class="badge ${has ? 'yes' : 'no'}">${word}</span>
          <div>
            <p><code>${scope}</code> to ${allows}</p>
            ${has ? '' : html`<p class="hint">${holders}</p>`}
          </div>
        </li>`
      })}
    </ul>
  </section>`
}
