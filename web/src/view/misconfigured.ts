import { html, type TemplateResult } from 'lit-html'
import type { ConfigError } from '../config'
import { mark } from './drawing'

/** What is left of the page when nobody told it where the API is. */
export function misconfigured(error: ConfigError): TemplateResult {
  return html`
    <main class="alone">
      ${mark()}
      <h1>The page is not set up yet</h1>
      <p>It reads <code>config.json</code> beside it to find the API and the sign-in service, and something is wrong there:</p>
      <ul>
        ${error.complaints.map((complaint) => html`<li>${complaint}</li>`)}
      </ul>
      <a class="button" href="/">Load the page again</a>
    </main>
  `
}
