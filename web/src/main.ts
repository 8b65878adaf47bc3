/**
 * The page of Secured Pets.
 *
 * Its parts know nothing of the screen: `session` (who is here; tokens live only in it), `client` (the API, with every
 * refusal a `Failure`), and what is worked with: `shop`, `stable` and `trial`. Each says when it changed. `app` holds
 * them together and draws `view/frame` anew, whole, each time; lit-html changes what differs. `words` turns a failure
 * into what a person reads. The address decides which place is shown (`route`).
 *
 * Nothing is built in: `config.json` beside the page names the issuer, the client, the audience and the API. The headers
 * that it must be served with stand in `headers.json`, with the origins of API and issuer as `{api}` and `{issuer}`.
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
