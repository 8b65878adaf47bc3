/** What the page must be told about the place it is deployed to. It is fetched, never built in. */
export interface Config {
  /** Issuer of the tokens, exactly as the tokens name it; Auth0's ends with a slash. */
  readonly issuer: string
  readonly clientId: string
  /** Identifier of the API. Without it Auth0 issues an opaque token that no API can verify. */
  readonly audience: string
  /** Address of the API without a slash at its end. */
  readonly apiUrl: string
}

/** Every complaint about config.json at once, in words for the person who deployed the page. */
export class ConfigError extends Error {
  constructor(readonly complaints: readonly string[]) {
    super(`config.json: ${complaints.join('; ')}`)
  }
}

/** Reads config.json beside the page. */
export async function fetchConfig(fetch: typeof globalThis.fetch): Promise<Config> {
  let value: unknown
  try {
    const response = await fetch('/config.json', { cache: 'no-cache' })
    if (!response.ok) throw new ConfigError([`the server answered ${response.status}`])
    value = await response.json()
  } catch (error) {
    if (error instanceof ConfigError) throw error
    throw new ConfigError([error instanceof SyntaxError ? 'it is not JSON' : 'it could not be fetched'])
  }
  return parseConfig(value)
}

/** Checks every member, so that a wrong deployment says what is wrong instead of failing at the first click. */
export function parseConfig(value: unknown): Config {
  const members = isRecord(value) ? value : {}
  const complaints: string[] = []
  const text = (name: keyof Config): string => {
    const member = members[name]
    if (typeof member === 'string' && member !== '') return member
    complaints.push(`${name} is missing`)
    return ''
  }
  const address = (name: keyof Config): string => {
    const member = text(name)
    if (member !== '' && !isSafeAddress(member)) complaints.push(`${name} must be an https address (http only on this machine)`)
    return member
  }
  const config = {
    issuer: address('issuer'),
    clientId: text('clientId'),
    audience: text('audience'),
    apiUrl: address('apiUrl').replace(/\/+$/, ''),
  }
  if (complaints.length > 0) throw new ConfigError(complaints)
  return config
}

function isSafeAddress(text: string): boolean {
  if (!URL.canParse(text)) return false
  const url = new URL(text)
  const loopback = ['localhost', '127.0.0.1', '[::1]'].includes(url.hostname)
  return url.protocol === 'https:' || (url.protocol === 'http:' && loopback)
}

/** Says whether a parsed JSON value is an object with members. */
export function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
