import { isRecord } from './json'

/** Deployment settings, fetched from config.json at start. */
export interface Config {
  /** Issuer of the tokens, exactly as in their `iss` claim; Auth0's ends with a slash. */
  readonly issuer: string
  readonly clientId: string
  /** Identifier of the API. Without it Auth0 issues an opaque access token. */
  readonly audience: string
  /** Address of the API without a trailing slash. */
  readonly apiUrl: string
}

/** Reports every problem of config.json at once. */
export class ConfigError extends Error {
  constructor(readonly problems: readonly string[]) {
    super(`config.json: ${problems.join('; ')}`)
  }
}

/** Fetches and checks config.json. Throws a ConfigError. */
export async function fetchConfig(fetch: typeof globalThis.fetch): Promise<Config> {
  let value: unknown
  try {
    const response = await fetch('/config.json', { cache: 'no-cache' })
    if (!response.ok) throw new ConfigError([`the server responded with status ${response.status}`])
    value = await response.json()
  } catch (error) {
    if (error instanceof ConfigError) throw error
    throw new ConfigError([error instanceof SyntaxError ? 'it is not valid JSON' : 'it could not be fetched'])
  }
  return parseConfig(value)
}

/** Checks every member. Throws a ConfigError. */
export function parseConfig(value: unknown): Config {
  const members = isRecord(value) ? value : {}
  const problems: string[] = []
  const text = (name: keyof Config): string => {
    const member = members[name]
    if (typeof member === 'string' && member !== '') return member
    problems.push(`${name} is missing`)
    return ''
  }
  const address = (name: keyof Config): string => {
    const member = text(name)
    if (member !== '' && !isSafeAddress(member)) problems.push(`${name} must be an https address (http only on localhost)`)
    return member
  }
  const config = {
    issuer: address('issuer'),
    clientId: text('clientId'),
    audience: text('audience'),
    apiUrl: address('apiUrl').replace(/\/+$/, ''),
  }
  if (problems.length > 0) throw new ConfigError(problems)
  return config
}

function isSafeAddress(text: string): boolean {
  if (!URL.canParse(text)) return false
  const url = new URL(text)
  const loopback = ['localhost', '127.0.0.1', '[::1]'].includes(url.hostname)
  return url.protocol === 'https:' || (url.protocol === 'http:' && loopback)
}
