import { html, type TemplateResult } from 'lit-html'
import type { ConfigError } from '../config'
import { mark } from './drawing'

/** Renders the problems of config.json instead of the page. */
export function misconfigured(error: ConfigError): TemplateResult {
  return html`
    <main class="alone">
      ${mark()}
      <h1>The page is not set up yet</h1>
      <p>Its settings file <code>config.json</code> has a problem:</p>
      <ul>
        ${error.problems.map((problem) => html`<li>${problem}</li>`)}
      </ul>
      <a class="button" href="/">Load the page again</a>
    </main>
  `
}
