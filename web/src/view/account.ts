import { html, nothing, type TemplateResult } from 'lit-html'
import { scopes } from '../contract'
import type { Model } from '../model/model'
import { permissionOf } from '../permission'
import type { User } from '../session/issuer'

/** Renders the user's account and permissions. */
export function accountView(model: Model): TemplateResult {
  const { user } = model.session
  return html`
    <div class="heading">
      <div>
        <h1 tabindex="-1">You</h1>
        <p class="lede">${user === undefined ? 'You are not signed in.' : `Signed in as ${user.name}.`}</p>
      </div>
    </div>
    ${user === undefined ? anonymous(model) : account(user)} ${permissions(model)}
  `
}

function anonymous(model: Model): TemplateResult {
  return html`<section class="panel">
    <p>You can look at the pets without an account. To do more, sign in.</p>
    <button type="button" class="primary" @click=${() => model.session.signIn()}>Sign in</button>
  </section>`
}

function account(user: User): TemplateResult {
  return html`<section class="panel" aria-label="Your account">
    <dl>
      <dt>Name</dt>
      <dd><bdi>${user.name}</bdi></dd>
      <dt>E-mail</dt>
      <dd><bdi>${user.email ?? 'not given'}</bdi></dd>
      <dt>Account</dt>
      <dd><code>${user.subject}</code></dd>
    </dl>
  </section>`
}

function permissions(model: Model): TemplateResult {
  const { session } = model
  return html`<section class="panel" aria-labelledby="permissions">
    <h2 id="permissions">Permissions</h2>
    <p class="hint">The sign-in service decides which permissions your account has.</p>
    <ul class="permissions">
      ${scopes.map((scope) => {
        const has = session.may(scope)
        const label = session.status !== 'in' ? 'not signed in' : has ? 'granted' : 'not granted'
        return html`<li>
          <span class="badge ${has ? 'yes' : 'no'}">${label}</span>
          <div>
            <p><code>${scope}</code> to ${permissionOf(scope)?.allows}</p>
            ${has ? nothing : html`<p class="hint">${permissionOf(scope)?.holders}</p>`}
          </div>
        </li>`
      })}
    </ul>
  </section>`
}
