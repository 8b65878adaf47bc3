/** The places of the page. They live behind the # so that any file server can serve the page. */
export type Place = 'pets' | 'unicorns' | 'you' | 'try' | 'nowhere'

export const places: readonly { readonly place: Place; readonly hash: string; readonly title: string }[] = [
  { place: 'pets', hash: '#/', title: 'Pets' },
  { place: 'unicorns', hash: '#/unicorns', title: 'Unicorns' },
  { place: 'you', hash: '#/you', title: 'You' },
  { place: 'try', hash: '#/try', title: 'Try it' },
]

/** The place that a hash names. */
export function placeOf(hash: string): Place {
  if (hash === '' || hash === '#') return 'pets'
  return places.find((p) => p.hash === hash)?.place ?? 'nowhere'
}

/** A hash to return to after a sign-in: only places of this page, whatever the stored text says. */
export function safeHash(stored: unknown): string {
  return places.find((p) => p.hash === stored)?.hash ?? '#/'
}

export function titleOf(place: Place): string {
  return places.find((p) => p.place === place)?.title ?? 'Nothing here'
}
