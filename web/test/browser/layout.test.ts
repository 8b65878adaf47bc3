import { readdirSync, readFileSync, statSync } from 'node:fs'
import { appendFile } from 'node:fs/promises'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { describe, expect, it } from 'vitest'
import { offer } from './catalog'
import { stack, useBrowser, Visitor } from './visitor'

useBrowser()

const web = (...path: string[]): string => join(stack().root, 'web', ...path)

const animals = [
  { type: 'dog', price: 249.99 },
  { type: 'cat', price: 124.99 },
  { type: 'rabbit', price: 30 },
  { type: 'frog', price: 4.99 },
  { type: 'bird', price: 19.5 },
  { type: 'fish', price: 3 },
]

describe('with the keyboard', () => {
  it('a pet can be bought, and the focus stays on it', async () => {
    await offer({ type: 'dog', price: 249.99 })
    const buyer = await Visitor.as('buyer')
    await buyer.page.getByRole('button', { name: 'Buy! dog' }).focus()
    await buyer.page.keyboard.press('Enter')
    await buyer.sees('You bought dog')
    await expect.poll(() => buyer.page.evaluate("document.activeElement.classList.contains('pet')")).toBe(true)
  })

  it('pets can be removed one after the other', async () => {
    await offer({ type: 'dog', price: 1 }, { type: 'cat', price: 2 })
    const admin = await Visitor.as('admin')
    await admin.page.getByRole('button', { name: 'remove dog' }).focus()
    await admin.page.keyboard.press('Enter')
    await expect.poll(() => admin.page.evaluate("document.activeElement.matches('.pet button') && document.activeElement.textContent.includes('remove cat')")).toBe(true)
    await admin.page.keyboard.press('Enter')
    await admin.sees('The shop is empty')
    await expect.poll(() => admin.page.evaluate("document.activeElement.tagName === 'H1'")).toBe(true)
  })

  it('the first link skips to the content, and each screen has a title', async () => {
    const visitor = await Visitor.arrive()
    await visitor.page.getByRole('heading', { level: 1 }).waitFor()
    await visitor.page.keyboard.press('Tab')
    await visitor.page.keyboard.press('Enter')
    await expect.poll(() => visitor.page.evaluate("document.activeElement.tagName === 'H1'")).toBe(true)
    await visitor.page.getByRole('link', { name: 'Unicorns' }).click()
    await expect.poll(() => visitor.page.evaluate("document.activeElement.textContent === 'Unicorns'")).toBe(true)
    expect(await visitor.page.title()).toBe('Unicorns · Secured Pets')
    expect(await visitor.page.locator('nav [aria-current=page]').innerText()).toBe('Unicorns')
  })
})

describe('for a screen reader', () => {
  it('a purchase is reported in a live region', async () => {
    await offer({ type: 'dog', price: 249.99 })
    const buyer = await Visitor.as('buyer')
    await buyer.page.getByRole('button', { name: 'Buy! dog' }).click()
    await buyer.page.getByRole('status').filter({ hasText: 'You bought dog for 249.99.' }).waitFor()
  })

  it('the page has landmarks and one first heading', async () => {
    const visitor = await Visitor.arrive()
    for (const role of ['banner', 'navigation', 'main', 'contentinfo'] as const) expect(await visitor.page.getByRole(role).count(), role).toBe(1)
    expect(await visitor.page.getByRole('heading', { level: 1 }).count()).toBe(1)
  })
})

describe('at a width', () => {
  it.each([320, 480, 768, 1920])('of %i px nothing overflows', async (width) => {
    await offer(...animals, { type: 'W'.repeat(64), price: 1e9 })
    const admin = await Visitor.as('admin', '', { viewport: { width, height: 800 } })
    await admin.page.getByRole('button', { name: 'Add Pets' }).click()
    await admin.check(`width-${width}`)
    for (const screen of ['Unicorns', 'You', 'Try it']) {
      await admin.page.getByRole('link', { name: screen, exact: true }).click()
      await admin.check(`width-${width}-${screen.toLowerCase().replaceAll(' ', '-')}`)
    }
  })
})

describe('performance', () => {
  it('has at most 40 kB of compressed files', async () => {
    const files = readdirSync(web('dist'), { recursive: true, withFileTypes: true }).filter((file) => file.isFile())
    const sizes = files.map((file) => ({ name: file.name, size: gzipSync(readFileSync(join(file.parentPath, file.name))).length }))
    const total = sizes.reduce((sum, { size }) => sum + size, 0)
    await appendFile(web('test-results/figures.txt'), `gzip: ${sizes.map(({ name, size }) => `${name} ${size}`).join(', ')}, total ${total} bytes\n`)
    expect(total).toBeLessThan(40_000)
  })

  it('loads the first list within 2 s', async () => {
    await offer(...animals)
    const times: number[] = []
    for (let run = 0; run < 5; run++) {
      const visitor = await Visitor.arrive()
      await visitor.pet('fish').waitFor()
      times.push(Number(await visitor.page.evaluate("performance.getEntriesByType('resource').find((r) => r.name.endsWith('/pets')).responseEnd")))
    }
    const median = times.toSorted((a, b) => a - b)[2] ?? Infinity
    await appendFile(web('test-results/figures.txt'), `first list after a cold start, median of 5: ${Math.round(median)} ms\n`)
    expect(median).toBeLessThan(2000)
  })
})

describe('the screenshot of the README', () => {
  it('is small', async () => {
    await offer(...animals)
    const buyer = await Visitor.as('buyer', '', { viewport: { width: 900, height: 560 } })
    await buyer.page.getByRole('button', { name: 'Buy! rabbit' }).click()
    await buyer.page.getByRole('button', { name: 'Dismiss' }).click()
    await buyer.page.mouse.move(0, 0)
    for (const colorScheme of ['light', 'dark'] as const) {
      await buyer.page.emulateMedia({ colorScheme, reducedMotion: 'reduce' })
      const path = web(`screenshot-${colorScheme}.png`)
      await buyer.page.screenshot({ path })
      expect(statSync(path).size).toBeLessThan(60_000)
    }
  })
})
