import { describe, expect, it } from 'vitest'
import { ConfigError, fetchConfig, parseConfig } from '../../src/config'

const good = { issuer: 'https://shop.eu.auth0.com/', clientId: 'web', audience: 'https://api.securedpets.example', apiUrl: 'https://api.example' }

describe('parseConfig', () => {
  it('keeps the issuer exactly and takes the slash off the API', () => {
    expect(parseConfig({ ...good, apiUrl: 'https://api.example/' })).toEqual(good)
  })

  it('allows http on this machine only', () => {
    expect(parseConfig({ ...good, issuer: 'http://localhost:9000/', apiUrl: 'http://127.0.0.1:8080' }).issuer).toBe('http://localhost:9000/')
  })

  it.each([
    // A member that is missing would fail at the first click instead of at the start.
    [{}, ['issuer is missing', 'clientId is missing', 'audience is missing', 'apiUrl is missing']],
    [null, ['issuer is missing', 'clientId is missing', 'audience is missing', 'apiUrl is missing']],
    [[good], ['issuer is missing', 'clientId is missing', 'audience is missing', 'apiUrl is missing']],
    [{ ...good, audience: '' }, ['audience is missing']],
    [{ ...good, clientId: 7 }, ['clientId is missing']],
    // Tokens must not travel in the clear, nor to what is no web address.
    [{ ...good, issuer: 'http://shop.eu.auth0.com/' }, ['issuer must be an https address (http only on this machine)']],
    [{ ...good, apiUrl: 'http://localhost.evil.example' }, ['apiUrl must be an https address (http only on this machine)']],
    [{ ...good, apiUrl: 'javascript:alert(1)' }, ['apiUrl must be an https address (http only on this machine)']],
    [{ ...good, apiUrl: '/api' }, ['apiUrl must be an https address (http only on this machine)']],
  ])('refuses %j', (value, complaints) => {
    expect(complaintsOf(() => parseConfig(value))).toEqual(complaints)
  })
})

describe('fetchConfig', () => {
  it.each([
    ['a server that has no such file', () => Promise.resolve(new Response('', { status: 404 })), 'the server answered 404'],
    ['the start page in place of the file', () => Promise.resolve(new Response('<!doctype html>')), 'it is not JSON'],
    ['no server at all', () => Promise.reject(new TypeError('failed')), 'it could not be fetched'],
  ])('names %s', async (_, fetch, complaint) => {
    await expect(fetchConfig(fetch)).rejects.toMatchObject({ complaints: [complaint] })
  })
})

function complaintsOf(run: () => unknown): readonly string[] {
  try {
    run()
  } catch (error) {
    if (error instanceof ConfigError) return error.complaints
  }
  return []
}
