import { describe, expect, it } from 'vitest'
import { ConfigError, fetchConfig, parseConfig } from '../../src/config'

const valid = { issuer: 'https://shop.eu.auth0.com/', clientId: 'web', audience: 'https://api.securedpets.example', apiUrl: 'https://api.example' }

describe('parseConfig', () => {
  it('keeps the issuer exactly and removes the trailing slash of the API', () => {
    expect(parseConfig({ ...valid, apiUrl: 'https://api.example/' })).toEqual(valid)
  })

  it('allows http on localhost only', () => {
    expect(parseConfig({ ...valid, issuer: 'http://localhost:9000/', apiUrl: 'http://127.0.0.1:8080' }).issuer).toBe('http://localhost:9000/')
  })

  it.each([
    // Report missing members at start, not at the first click.
    [{}, ['issuer is missing', 'clientId is missing', 'audience is missing', 'apiUrl is missing']],
    [null, ['issuer is missing', 'clientId is missing', 'audience is missing', 'apiUrl is missing']],
    [[valid], ['issuer is missing', 'clientId is missing', 'audience is missing', 'apiUrl is missing']],
    [{ ...valid, audience: '' }, ['audience is missing']],
    [{ ...valid, clientId: 7 }, ['clientId is missing']],
    // Never send tokens unencrypted or to other URL schemes.
    [{ ...valid, issuer: 'http://shop.eu.auth0.com/' }, ['issuer must be an https address (http only on localhost)']],
    [{ ...valid, apiUrl: 'http://localhost.evil.example' }, ['apiUrl must be an https address (http only on localhost)']],
    [{ ...valid, apiUrl: 'javascript:alert(1)' }, ['apiUrl must be an https address (http only on localhost)']],
    [{ ...valid, apiUrl: '/api' }, ['apiUrl must be an https address (http only on localhost)']],
  ])('rejects %j', (value, problems) => {
    expect(problemsOf(() => parseConfig(value))).toEqual(problems)
  })
})

describe('fetchConfig', () => {
  it.each([
    ['a missing file', () => Promise.resolve(new Response('', { status: 404 })), 'the server responded with status 404'],
    ['HTML instead of the file', () => Promise.resolve(new Response('<!doctype html>')), 'it is not valid JSON'],
    ['a network error', () => Promise.reject(new TypeError('failed')), 'it could not be fetched'],
  ])('reports %s', async (_, fetch, problem) => {
    await expect(fetchConfig(fetch)).rejects.toMatchObject({ problems: [problem] })
  })
})

function problemsOf(run: () => unknown): readonly string[] {
  try {
    run()
  } catch (error) {
    if (error instanceof ConfigError) return error.problems
  }
  return []
}
