import { beforeEach, describe, expect, it, vi } from 'vitest'
import { Model } from '../../src/model/model'
import { config, FakeIssuer, Tab } from './issuer'

const sold = [{ id: 1, type: 'dog', price: 249.99, isSold: true, soldTo: 'fred@bedrock.example' }]

let tab: Tab
let issuer: FakeIssuer
let model: Model
const observer = { changed: vi.fn(), announce: vi.fn() }

beforeEach(async () => {
  tab = new Tab()
  issuer = new FakeIssuer(() => tab)
  vi.stubGlobal('fetch', (url: string, init?: RequestInit) => (url.startsWith(config.apiUrl) ? Promise.resolve(Response.json(sold)) : issuer.respond(new URL(url), init)))
  model = new Model(config, tab, observer)
  await model.start()
})

async function signIn(): Promise<void> {
  await model.session.signIn()
  tab.callBack({ code: 'code-1' })
  model = new Model(config, tab, observer)
  await model.start()
}

describe('start', () => {
  it('loads the pets and shows the screen of the address', () => {
    expect(model.shop.phase).toBe('ready')
    expect(model.screen).toBe('unicorns')
  })

  it('loads nothing while the browser is being redirected', async () => {
    await signIn()
    model = new Model(config, tab, observer)
    await model.start()
    expect(model.session.status).toBe('redirecting')
    expect(model.shop.phase).toBe('loading')
  })
})

describe('navigate', () => {
  it('shows the screen, removes the news and focuses the heading', () => {
    model.shop.news = { kind: 'added', pet: { type: 'frog', price: 4.99 } }
    tab.href = new URL('#/you', tab.href).href
    model.navigate()
    expect(model).toMatchObject({ screen: 'account', shop: { news: undefined } })
    expect(model.takeFocusTarget()).toEqual({ selector: 'h1', options: {} })
    expect(model.takeFocusTarget()).toBeUndefined()
  })
})

describe('a sign-out', () => {
  it('removes what only the previous user may see', async () => {
    await signIn()
    expect(model.shop.pets).toEqual(sold)
    model.shop.openDraft()
    await model.unicorns.find('Gaia')
    const example = { id: 'list', title: '', route: { method: 'GET', path: '/pets' }, hint: '' } as const
    await model.explorer.run(example, '')
    model.session.followOtherTab('securedpets.signed-in', null)
    expect(model.shop.draft).toBeUndefined()
    expect(JSON.stringify(model.shop.pets)).not.toContain('fred')
    expect(model.unicorns.one.phase).toBe('idle')
    expect(model.explorer.outcomes.size).toBe(0)
  })
})
