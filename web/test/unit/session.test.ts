import { beforeEach, describe, expect, it } from 'vitest'
import { Failure } from '../../src/api/failure'
import { scopes } from '../../src/contract'
import { Session } from '../../src/session/session'
import { config, FakeIssuer, issuer, page, Tab } from './issuer'

let tab: Tab
let server: FakeIssuer
let session: Session

beforeEach(() => {
  tab = new Tab()
  server = new FakeIssuer(() => tab)
  session = open()
})

function open(): Session {
  return new Session(config, tab, () => undefined)
}

/** Signs in with all the steps of a browser. */
async function signedIn(): Promise<Session> {
  await session.signIn()
  tab.callBack({ code: 'code-1' })
  session = open()
  await session.start()
  return session
}

describe('a sign-in', () => {
  it('requests a code with PKCE, the audience and every scope', async () => {
    await session.signIn()
    const request = Object.fromEntries(tab.request)
    expect(request).toMatchObject({
      response_type: 'code', client_id: 'web', redirect_uri: `${page}/`, audience: config.audience, code_challenge_method: 'S256',
      scope: ['openid', 'profile', 'email', 'offline_access', ...scopes].join(' '),
    })
    expect(request['code_challenge']).toMatch(/^[\w-]{43}$/)
    expect(request['nonce']).toMatch(/^[\w-]{36}$/)
    expect(request['prompt']).toBeUndefined()
  })

  it('returns to its screen with the granted scopes', async () => {
    await signedIn()
    expect(session.status).toBe('in')
    expect(session.user).toEqual({ name: 'Fred', email: 'fred@bedrock.example', subject: 'amazon|1' })
    expect([...session.granted]).toContain('purchase:pets')
    expect(session.granted.has('update:pets')).toBe(false)
    expect(tab.href).toBe(`${page}/#/unicorns`)
    expect(await session.token()).toBe('access-1')
  })

  it('stores no token', async () => {
    await signedIn()
    const stored = JSON.stringify([[...tab.shared.items], [...tab.tab.items]])
    expect(stored).not.toMatch(/access-|refresh-|code-1|fred/)
  })

  it('does not redirect to an issuer that is down', async () => {
    server.down = true
    await session.signIn()
    expect(tab.redirects).toEqual([])
    expect(session).toMatchObject({ status: 'out', notice: 'issuer-down' })
  })

  it('does not redirect to an issuer with another name in its metadata', async () => {
    server.metadata['issuer'] = 'https://evil.example/'
    await session.signIn()
    expect(tab.redirects).toEqual([])
  })
})

describe('a callback that is rejected', () => {
  it.each<[string, Record<string, string>, () => void, string]>([
    ['of another tab', { code: 'code-1', state: 'of-another-tab' }, () => undefined, 'mismatch'],
    ['with access_denied', { error: 'access_denied' }, () => undefined, 'refused'],
    ['with another issuer in iss', { code: 'code-1', iss: 'https://evil.example/' }, () => undefined, 'mismatch'],
    ['without the iss that the metadata announces', { code: 'code-1' }, () => (server.metadata['authorization_response_iss_parameter_supported'] = true), 'mismatch'],
    ['with a refused code', { code: 'code-1' }, () => (server.error = 'invalid_grant'), 'refused'],
    ['with an ID token of another issuer', { code: 'code-1' }, () => (server.claims['iss'] = 'https://evil.example/'), 'mismatch'],
    ['with an ID token for another client', { code: 'code-1' }, () => (server.claims['aud'] = ['other']), 'mismatch'],
    ['with an ID token of another sign-in', { code: 'code-1' }, () => (server.claims['nonce'] = 'old'), 'mismatch'],
    ['while the issuer is down', { code: 'code-1' }, () => (server.down = true), 'issuer-down'],
  ])('%s', async (_, parameters, prepare, notice) => {
    await session.signIn()
    tab.callBack(parameters)
    prepare()
    session = open()
    expect(await session.start()).toBe(true)
    expect(session).toMatchObject({ status: 'out', notice, user: undefined })
    expect(await session.token()).toBeUndefined()
    expect(tab.shared.items.size).toBe(0)
    expect(new URL(tab.href).search).toBe('')
  })

  it('is rejected the second time', async () => {
    await signedIn()
    tab.callBack({ code: 'code-1' })
    session = open()
    await session.start()
    expect(session).toMatchObject({ status: 'out', notice: 'mismatch' })
  })
})

describe('a reload', () => {
  it('restores the session without a dialog or a history entry', async () => {
    await signedIn()
    session = open()
    expect(await session.start()).toBe(false)
    expect(tab.request.get('prompt')).toBe('none')
    expect(tab.redirects.at(-1)?.how).toBe('replace')
    tab.callBack({ code: 'code-2' })
    session = open()
    await session.start()
    expect(await session.token()).toBe('access-2')
  })

  it('reports an ended session once', async () => {
    await signedIn()
    session = open()
    await session.start()
    tab.callBack({ error: 'login_required' })
    session = open()
    await session.start()
    expect(session).toMatchObject({ status: 'out', notice: 'ended' })
    session = open()
    expect(await session.start()).toBe(true)
  })

  it('does not repeat a restore that did not return', async () => {
    await signedIn()
    session = open()
    await session.start()
    tab.href = `${page}/#/`
    session = open()
    expect(await session.start()).toBe(true)
    expect(session).toMatchObject({ status: 'out', notice: 'interrupted' })
  })

  it('keeps the session for later if the issuer is down', async () => {
    await signedIn()
    server.down = true
    session = open()
    expect(await session.start()).toBe(true)
    expect(session.notice).toBe('issuer-down')
    expect(tab.shared.items.size).toBe(1)
  })

  it('does nothing for an anonymous user', async () => {
    expect(await session.start()).toBe(true)
    expect(tab.redirects).toEqual([])
    expect(session).toMatchObject({ status: 'out', notice: undefined })
  })
})

describe('a token', () => {
  beforeEach(() => void (server.expiresIn = 10)) // seconds, so the token is renewed before each use

  it('is renewed before it expires, once for concurrent callers', async () => {
    await signedIn()
    server.expiresIn = 3600
    expect(await Promise.all([session.token(), session.token()])).toEqual(['access-2', 'access-2'])
    expect(server.posts.filter((post) => post.form.get('grant_type') === 'refresh_token')).toHaveLength(1)
  })

  it('is used until it expires if the issuer is down', async () => {
    await signedIn()
    server.down = true
    expect(await session.token()).toBe('access-1')
    expect(session.status).toBe('in')
  })

  it('ends the session if its renewal is refused', async () => {
    await signedIn()
    server.error = 'invalid_grant'
    await expect(session.token()).rejects.toEqual(new Failure('expired'))
    expect(session).toMatchObject({ status: 'out', notice: 'ended' })
  })

  it('of another user is rejected and ends the session', async () => {
    await signedIn()
    server.claims['sub'] = 'amazon|2'
    await expect(session.renew('access-1')).rejects.toEqual(new Failure('expired'))
    expect(session.user).toBeUndefined()
  })

  it('that was refused is renewed once', async () => {
    await signedIn()
    server.expiresIn = 3600
    expect(await session.renew('access-1')).toBe('access-2')
    expect(await session.renew('access-1')).toBe('access-2')
  })
})

describe('a sign-out', () => {
  it('ends the session here and at the issuer', async () => {
    await signedIn()
    await session.signOut()
    expect(await session.token()).toBeUndefined()
    expect(server.posts.at(-1)).toMatchObject({ path: '/oauth/revoke' })
    expect(tab.redirects.at(-1)?.url.pathname).toBe('/oidc/logout')
    expect(tab.request.get('post_logout_redirect_uri')).toBe(`${page}/`)
    tab.href = `${page}/`
    session = open()
    expect(await session.start()).toBe(true)
    expect(session).toMatchObject({ status: 'out', notice: 'signed-out' })
  })

  it('ends the session here if the issuer is down', async () => {
    await signedIn()
    server.down = true
    await session.signOut()
    expect(session).toMatchObject({ status: 'out', notice: 'signed-out-here', user: undefined })
    session = open()
    expect(await session.start()).toBe(true)
    expect(session.status).toBe('out')
  })

  it('uses the sign-out address of older Auth0 tenants', async () => {
    delete server.metadata['end_session_endpoint']
    await signedIn()
    await session.signOut()
    expect(tab.redirects.at(-1)?.url.href).toBe(`${issuer}v2/logout?client_id=web&returnTo=https%3A%2F%2Fpets.example%2F`)
  })

  it('ends the session in other tabs', async () => {
    await signedIn()
    session.followOtherTab('securedpets.signed-in', null)
    expect(session).toMatchObject({ status: 'out', notice: 'signed-out-elsewhere', user: undefined })
  })
})

describe('another tab that signs in', () => {
  it('is reported and changes nothing here', async () => {
    await session.start()
    session.followOtherTab('securedpets.signed-in', '1')
    expect(session).toMatchObject({ status: 'out', notice: 'signed-in-elsewhere' })
  })

  it('changes nothing for a signed-in user', async () => {
    await signedIn()
    session.followOtherTab('securedpets.signed-in', '1')
    expect(session).toMatchObject({ status: 'in', notice: undefined })
  })
})
