import { beforeEach, describe, expect, it } from 'vitest'
import { Failure } from '../../src/failure'
import { Session } from '../../src/session'
import { config, issuer, page, Provider, Tab } from './provider'

let tab: Tab
let provider: Provider
let session: Session

beforeEach(() => {
  tab = new Tab()
  provider = new Provider(() => tab)
  session = open()
})

function open(): Session {
  return new Session(config, tab, () => undefined)
}

/** Signs in by all the steps that a browser takes. */
async function signedIn(): Promise<Session> {
  await session.signIn()
  tab.comeBack({ code: 'code-1' })
  session = open()
  await session.start()
  return session
}

describe('a sign-in', () => {
  it('asks by code with PKCE, for the audience, and for every scope', async () => {
    await session.signIn()
    const asked = Object.fromEntries(tab.asked)
    expect(asked).toMatchObject({
      response_type: 'code', client_id: 'web', redirect_uri: `${page}/`, audience: config.audience, code_challenge_method: 'S256',
      scope: 'openid profile email offline_access purchase:pets update:pets read:unicorn list:unicorns',
    })
    expect(asked['code_challenge']).toMatch(/^[\w-]{43}$/)
    expect(asked['nonce']).toMatch(/^[\w-]{36}$/)
    expect(asked['prompt']).toBeUndefined()
  })

  it('comes back to the place it left, with what was granted', async () => {
    await signedIn()
    expect(session.status).toBe('in')
    expect(session.person).toEqual({ name: 'Fred', email: 'fred@bedrock.example', subject: 'amazon|1' })
    expect([...session.granted]).toContain('purchase:pets')
    expect(session.granted.has('update:pets')).toBe(false)
    expect(tab.href).toBe(`${page}/#/unicorns`)
    expect(await session.token()).toBe('access-1')
  })

  it('leaves no token in any storage', async () => {
    await signedIn()
    const stored = JSON.stringify([[...tab.shared.items], [...tab.tab.items]])
    expect(stored).not.toMatch(/access-|refresh-|code-1|fred/)
  })

  it('sends nobody to a provider that does not answer', async () => {
    provider.down = true
    await session.signIn()
    expect(tab.went).toEqual([])
    expect(session).toMatchObject({ status: 'out', notice: 'issuer-down' })
  })

  it('sends nobody to a provider that names itself differently', async () => {
    provider.metadata['issuer'] = 'https://evil.example/'
    await session.signIn()
    expect(tab.went).toEqual([])
  })
})

describe('an answer that must not be believed', () => {
  it.each<[string, Record<string, string>, () => void, string]>([
    ['of another tab', { code: 'code-1', state: 'somebody-elses' }, () => undefined, 'mismatch'],
    ['that the person refused', { error: 'access_denied' }, () => undefined, 'refused'],
    ['of another issuer by its own name', { code: 'code-1', iss: 'https://evil.example/' }, () => undefined, 'mismatch'],
    ['without the name it promised', { code: 'code-1' }, () => (provider.metadata['authorization_response_iss_parameter_supported'] = true), 'mismatch'],
    ['with a code that is refused', { code: 'code-1' }, () => (provider.refusal = 'invalid_grant'), 'refused'],
    ['with an ID token of another issuer', { code: 'code-1' }, () => (provider.claims['iss'] = 'https://evil.example/'), 'mismatch'],
    ['with an ID token for another client', { code: 'code-1' }, () => (provider.claims['aud'] = ['other']), 'mismatch'],
    ['with an ID token of another sign-in', { code: 'code-1' }, () => (provider.claims['nonce'] = 'old'), 'mismatch'],
    ['cut off by silence', { code: 'code-1' }, () => (provider.down = true), 'issuer-down'],
  ])('%s', async (_, answer, spoil, notice) => {
    await session.signIn()
    tab.comeBack(answer)
    spoil()
    session = open()
    expect(await session.start()).toBe(true)
    expect(session).toMatchObject({ status: 'out', notice, person: undefined })
    expect(await session.token()).toBeUndefined()
    expect(tab.shared.items.size).toBe(0)
    expect(new URL(tab.href).search).toBe('')
  })

  it('is used once', async () => {
    await signedIn()
    tab.comeBack({ code: 'code-1' })
    session = open()
    await session.start()
    expect(session).toMatchObject({ status: 'out', notice: 'mismatch' })
  })
})

describe('a reload', () => {
  it('asks the provider without a word to the person, and leaves no step in the history', async () => {
    await signedIn()
    session = open()
    expect(await session.start()).toBe(false)
    expect(tab.asked.get('prompt')).toBe('none')
    expect(tab.went.at(-1)?.how).toBe('replace')
    tab.comeBack({ code: 'code-2' })
    session = open()
    await session.start()
    expect(await session.token()).toBe('access-2')
  })

  it('tells when the session is over, and does not ask again', async () => {
    await signedIn()
    session = open()
    await session.start()
    tab.comeBack({ error: 'login_required' })
    session = open()
    await session.start()
    expect(session).toMatchObject({ status: 'out', notice: 'ended' })
    session = open()
    expect(await session.start()).toBe(true)
  })

  it('is not a trap for whoever comes back half-way', async () => {
    await signedIn()
    session = open()
    await session.start()
    tab.href = `${page}/#/`
    session = open()
    expect(await session.start()).toBe(true)
    expect(session).toMatchObject({ status: 'out', notice: 'interrupted' })
  })

  it('shows the page when the provider is down, and keeps the session for later', async () => {
    await signedIn()
    provider.down = true
    session = open()
    expect(await session.start()).toBe(true)
    expect(session.notice).toBe('issuer-down')
    expect(tab.shared.items.size).toBe(1)
  })

  it('leaves a stranger alone', async () => {
    expect(await session.start()).toBe(true)
    expect(tab.went).toEqual([])
    expect(session).toMatchObject({ status: 'out', notice: undefined })
  })
})

describe('a token', () => {
  beforeEach(() => void (provider.lifetime = 10)) // less than is left before it is renewed

  it('is renewed before it ends, once for all who wait', async () => {
    await signedIn()
    provider.lifetime = 3600
    expect(await Promise.all([session.token(), session.token()])).toEqual(['access-2', 'access-2'])
    expect(provider.posts.filter((post) => post.form.get('grant_type') === 'refresh_token')).toHaveLength(1)
  })

  it('is used to its end when the provider is silent', async () => {
    await signedIn()
    provider.down = true
    expect(await session.token()).toBe('access-1')
    expect(session.status).toBe('in')
  })

  it('ends the session when the provider refuses another', async () => {
    await signedIn()
    provider.refusal = 'invalid_grant'
    await expect(session.token()).rejects.toEqual(new Failure('expired'))
    expect(session).toMatchObject({ status: 'out', notice: 'ended' })
  })

  it('of somebody else is not taken, and ends the session', async () => {
    await signedIn()
    provider.claims['sub'] = 'amazon|2'
    await expect(session.renew('access-1')).rejects.toEqual(new Failure('expired'))
    expect(session.person).toBeUndefined()
  })

  it('that was refused is not asked for twice', async () => {
    await signedIn()
    provider.lifetime = 3600
    expect(await session.renew('access-1')).toBe('access-2')
    expect(await session.renew('access-1')).toBe('access-2')
  })
})

describe('a sign-out', () => {
  it('ends the session here, then there, and stays', async () => {
    await signedIn()
    await session.signOut()
    expect(await session.token()).toBeUndefined()
    expect(provider.posts.at(-1)).toMatchObject({ path: '/oauth/revoke' })
    expect(tab.went.at(-1)?.url.pathname).toBe('/oidc/logout')
    expect(tab.asked.get('post_logout_redirect_uri')).toBe(`${page}/`)
    tab.href = `${page}/`
    session = open()
    expect(await session.start()).toBe(true)
    expect(session).toMatchObject({ status: 'out', notice: 'left' })
  })

  it('holds here although the provider is silent', async () => {
    await signedIn()
    provider.down = true
    await session.signOut()
    expect(session).toMatchObject({ status: 'out', notice: 'left-here', person: undefined })
    session = open()
    expect(await session.start()).toBe(true)
    expect(session.status).toBe('out')
  })

  it('knows where old tenants of Auth0 end it', async () => {
    delete provider.metadata['end_session_endpoint']
    await signedIn()
    await session.signOut()
    expect(tab.went.at(-1)?.url.href).toBe(`${issuer}v2/logout?client_id=web&returnTo=https%3A%2F%2Fpets.example%2F`)
  })

  it('reaches the other tabs', async () => {
    await signedIn()
    session.followOtherTab('securedpets.signed-in', null)
    expect(session).toMatchObject({ status: 'out', notice: 'left-elsewhere', person: undefined })
  })
})

describe('another tab that signs in', () => {
  it('is mentioned, and nothing is taken from it', async () => {
    await session.start()
    session.followOtherTab('securedpets.signed-in', '1')
    expect(session).toMatchObject({ status: 'out', notice: 'joined-elsewhere' })
  })

  it('does not disturb whoever is in', async () => {
    await signedIn()
    session.followOtherTab('securedpets.signed-in', '1')
    expect(session).toMatchObject({ status: 'in', notice: undefined })
  })
})
