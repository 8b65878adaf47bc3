import { html, svg, type SVGTemplateResult, type TemplateResult } from 'lit-html'

// The canvas is 96 by 96. The style sheet sets the colors, for light and dark.

const dog = svg`
  <path class="shade" d="M31 29c-13-3-19 10-17 24 1 9 6 13 11 10 5-4 6-15 9-22z" />
  <path class="shade" d="M65 29c13-3 19 10 17 24-1 9-6 13-11 10-5-4-6-15-9-22z" />
  <path class="coat" d="M48 22c15 0 23 10 23 25 0 17-10 29-23 29S25 64 25 47c0-15 8-25 23-25z" />
  <ellipse class="pale" cx="48" cy="60" rx="13" ry="11" />
  <circle class="dot" cx="39" cy="44" r="3" /><circle class="dot" cx="57" cy="44" r="3" />
  <path class="dot" d="M43 53h10c1 0 1 2-1 4-2 1-3 2-4 2s-2-1-4-2c-2-2-2-4-1-4z" />
  <path class="ink" d="M48 59v4m0 0c-2 3-6 3-8 1m8-1c2 3 6 3 8 1" />
`

const cat = svg`
  <path class="coat" d="M24 20c1-2 3-2 5 0l11 10c5-1 11-1 16 0l11-10c2-2 4-2 5 0 2 8 3 17 2 27-1 17-11 28-26 28S23 64 22 47c-1-10 0-19 2-27z" />
  <path class="shade" d="M28 27l8 7c-4 2-6 4-8 7-1-5-1-10 0-14zM68 27l-8 7c4 2 6 4 8 7 1-5 1-10 0-14z" />
  <ellipse class="dot" cx="38" cy="47" rx="2.6" ry="3.6" /><ellipse class="dot" cx="58" cy="47" rx="2.6" ry="3.6" />
  <path class="dot" d="M45 56h6l-3 4z" />
  <path class="ink" d="M48 60c0 4-4 6-7 4m7-4c0 4 4 6 7 4M31 55l-14-3m14 7-13 3m47-7 14-3m-14 7 13 3" />
`

const rabbit = svg`
  <path class="coat sand" d="M36 42C28 30 27 8 35 7s11 20 10 33zM60 42c8-12 9-34 1-35s-11 20-10 33z" />
  <path class="shade" d="M37 34c-3-8-4-19-2-20s5 10 5 19zM59 34c3-8 4-19 2-20s-5 10-5 19z" />
  <path class="coat sand" d="M48 36c14 0 22 9 22 21 0 13-10 22-22 22s-22-9-22-22c0-12 8-21 22-21z" />
  <circle class="dot" cx="40" cy="54" r="2.8" /><circle class="dot" cx="56" cy="54" r="2.8" />
  <path class="dot" d="M45 62h6l-3 3.500z" />
  <path class="ink" d="M48 66v3m0 0c-2 2-5 2-6 1m6-1c2 2 5 2 6 1" />
`

const frog = svg`
  <circle class="coat leaf" cx="32" cy="36" r="11" /><circle class="coat leaf" cx="64" cy="36" r="11" />
  <path class="coat leaf" d="M48 36c20 0 30 9 30 20 0 12-13 19-30 19s-30-7-30-19c0-11 10-20 30-20z" />
  <circle class="pale" cx="32" cy="35" r="6.5" /><circle class="pale" cx="64" cy="35" r="6.5" />
  <circle class="dot" cx="32" cy="36" r="3" /><circle class="dot" cx="64" cy="36" r="3" />
  <path class="ink" d="M30 59c9 9 27 9 36 0M45 50v.1m6-.1v.1" />
`

const bird = svg`
  <path class="ink" d="M42 74v9m10-9v9m-14 0h7m4 0h7" />
  <path class="shade" d="M22 56 8 50l4 15 12 2z" />
  <path class="coat straw" d="M52 20c13 0 21 9 21 21 0 21-12 34-28 34-14 0-24-9-24-20 0-8 6-11 13-15 5-3 4-20 18-20z" />
  <path class="shade" d="M35 50c6 8 14 9 23 4-1 10-8 15-16 14-6-1-9-9-7-18z" />
  <path class="beak" d="M72 35l14 6-14 5z" />
  <circle class="dot" cx="60" cy="37" r="3" />
`

const fish = svg`
  <path class="shade" d="M66 48c6-3 11-9 16-14 2 9 2 19 0 28-5-5-10-11-16-14z" />
  <path class="coat wave" d="M12 49c6-14 18-21 31-21 12 0 21 9 26 20-5 12-14 21-26 21-13 0-25-7-31-20z" />
  <path class="shade" d="M40 28c4-7 10-9 17-9-1 5-2 9-3 12zM44 47c6 0 10 3 12 7-5 3-10 2-14-1z" />
  <circle class="dot" cx="27" cy="44" r="3" />
  <path class="ink" d="M16 54c4 1 6 1 9-1" />
`

const paw = svg`
  <path class="coat" d="M48 45c11 0 22 12 22 22 0 7-6 10-12 9-7-2-13-2-20 0-6 1-12-2-12-9 0-10 11-22 22-22z" />
  <ellipse class="shade" cx="38" cy="29" rx="7" ry="10" transform="rotate(-8 38 29)" />
  <ellipse class="shade" cx="58" cy="29" rx="7" ry="10" transform="rotate(8 58 29)" />
  <ellipse class="shade" cx="22" cy="45" rx="6.5" ry="9" transform="rotate(-24 22 45)" />
  <ellipse class="shade" cx="74" cy="45" rx="6.5" ry="9" transform="rotate(24 74 45)" />
`

const horse = svg`
  <path class="shade" d="M31 34l-3-17 13 9zM65 34l3-17-13 9z" />
  <path class="coat" d="M48 25c13 0 20 9 19 21-1 9-5 14-5 22 0 9-6 15-14 15s-14-6-14-15c0-8-4-13-5-22-1-12 6-21 19-21z" />
  <path class="pale" d="M48 64c8 0 13 3 13 8 0 7-6 11-13 11s-13-4-13-11c0-5 5-8 13-8z" />
  <path class="mane" d="M48 25c-8 2-9 9-6 17 5-3 5-9 13-8 5 1 7 4 9 8 2-11-6-18-16-17z" />
  <path class="beak" d="M48 3l6 25c-4-2-8-2-12 0z" />
  <path class="ink" d="M45.5 15l6 3m-7.5 3l9 4" />
  <circle class="dot" cx="37" cy="51" r="3" /><circle class="dot" cx="59" cy="51" r="3" />
  <path class="ink" d="M42 73v.1m12-.1v.1" />
`

const drawings: ReadonlyMap<string, SVGTemplateResult> = new Map([
  ['dog', dog], ['puppy', dog],
  ['cat', cat], ['kitten', cat],
  ['rabbit', rabbit], ['bunny', rabbit], ['hare', rabbit],
  ['frog', frog], ['toad', frog],
  ['bird', bird], ['canary', bird], ['parrot', bird], ['budgie', bird],
  ['fish', fish], ['goldfish', fish],
])

function picture(drawing: SVGTemplateResult): TemplateResult {
  return html`<svg class="drawing" viewBox="0 0 96 96" aria-hidden="true" focusable="false">${drawing}</svg>`
}

/** Renders a portrait of this kind of animal; a paw if there is none. */
export function animal(type: string): TemplateResult {
  return picture(drawings.get(type.trim().toLowerCase()) ?? paw)
}

/** Renders a unicorn. */
export function unicorn(): TemplateResult {
  return picture(horse)
}

/** Returns the number of the background color for this kind of animal. */
export function tint(type: string): number {
  let sum = 0
  for (const char of type.toLowerCase()) sum = (sum * 31 + (char.codePointAt(0) ?? 0)) % 9973
  return sum % 6
}

/** Renders the logo: a paw with a keyhole. */
export function mark(): TemplateResult {
  return html`
    <svg class="mark" viewBox="0 0 32 32" aria-hidden="true" focusable="false">
      <rect class="mark-ground" width="32" height="32" rx="9" />
      <g class="mark-paw">
        <path d="M16 14.500c4.2 0 8 4 8 7.6 0 2.6-2.2 3.7-4.3 3.2-2.6-.6-4.8-.6-7.4 0C10.2 25.8 8 24.7 8 22.100c0-3.6 3.8-7.6 8-7.600z" />
        <ellipse cx="12.6" cy="9.8" rx="2.3" ry="3.3" /><ellipse cx="19.4" cy="9.8" rx="2.3" ry="3.3" />
        <ellipse cx="7.4" cy="14.6" rx="2.1" ry="2.9" /><ellipse cx="24.6" cy="14.6" rx="2.1" ry="2.9" />
      </g>
      <path class="mark-hole" d="M16 17.200a1.7 1.7 0 0 1 1 3.100l.6 2.900h-3.200l.6-2.900a1.7 1.7 0 0 1 1-3.100z" />
    </svg>
  `
}
