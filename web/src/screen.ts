/**
 * Screens of the page. Their addresses are URL fragments, so any file server can serve the
 * page.
 */
export type ScreenName = 'pets' | 'unicorns' | 'account' | 'explorer' | 'not-found'

export const screens: readonly { readonly name: ScreenName; readonly hash: string; readonly title: string }[] = [
  { name: 'pets', hash: '#/', title: 'Pets' },
  { name: 'unicorns', hash: '#/unicorns', title: 'Unicorns' },
  { name: 'account', hash: '#/you', title: 'You' },
  { name: 'explorer', hash: '#/try', title: 'Try it' },
]

/** Returns the screen with this fragment. */
export function screenOf(hash: string): ScreenName {
  if (hash === '' || hash === '#') return 'pets'
  return screens.find((screen) => screen.hash === hash)?.name ?? 'not-found'
}

/** Returns the fragment to open after a sign-in: `stored` if it is a screen's, else the pets'. */
export function safeHash(stored: unknown): string {
  return screens.find((screen) => screen.hash === stored)?.hash ?? '#/'
}

export function titleOf(name: ScreenName): string {
  return screens.find((screen) => screen.name === name)?.title ?? 'Page not found'
}
