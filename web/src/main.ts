/**
 * The web page of Secured Pets.
 *
 * Modules import in one direction: `config`, `contract`, `screen`, `permission` -> `api`
 * (requests and their failures) -> `session` (sign-in; the only place with tokens) ->
 * `model` (state and actions, without the DOM) -> `view` (lit-html templates) -> `app`
 * (rendering and window events) -> `main`.
 *
 * Nothing about a deployment is built in: `config.json` beside the page names the issuer,
 * the client, the audience and the API. `headers.json` holds the response headers to
 * serve the page with; `{api}` and `{issuer}` stand for the two origins.
 */
import { render } from 'lit-html'
import { App } from './app'
import { ConfigError, fetchConfig } from './config'
import { misconfigured } from './view/misconfigured'

async function main(): Promise<void> {
  const root = document.querySelector<HTMLElement>('#page')
  if (root === null) throw new Error('index.html has no #page')
  try {
    const config = await fetchConfig(window.fetch.bind(window))
    const browser = { location: window.location, history: window.history, shared: window.localStorage, tab: window.sessionStorage }
    await new App(config, browser, root).start(window)
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error
    render(misconfigured(error), root)
  }
}

await main()
