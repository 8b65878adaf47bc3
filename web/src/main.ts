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
