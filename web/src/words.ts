import type { Failure, Kind } from './failure'
import { permission } from './scopes'

/** What would help. The page turns each into a button. */
export type Cure = 'sign-in' | 'retry' | 'reload'

/** A failure told to a person: what happened, what it means, what would help. */
export interface Words {
  readonly title: string
  readonly text: string
  readonly cure?: Cure
}

const told: Readonly<Record<Exclude<Kind, 'anonymous' | 'forbidden' | 'invalid'>, Words>> = {
  offline: {
    title: 'You are offline',
    text: 'Nothing was sent. The page goes on when the connection is back.',
    cure: 'retry',
  },
  unreachable: {
    title: 'The shop does not answer',
    text: 'Its API could not be reached. It may be starting, or something on the way blocks it.',
    cure: 'retry',
  },
  slow: {
    title: 'The shop took too long',
    text: 'There was no answer within half a minute.',
    cure: 'retry',
  },
  senseless: {
    title: 'The answer makes no sense',
    text: 'What the API sent is not what this page understands. Perhaps config.json names another API.',
    cure: 'retry',
  },
  expired: {
    title: 'Your session has ended',
    text: 'The API no longer accepts it. Sign in again and you are back at this place.',
    cure: 'sign-in',
  },
  identity: {
    title: 'The shop does not know who buys',
    text: 'Your sign-in carries no confirmed e-mail address. Confirm it with the account you sign in with, then sign in again.',
    cure: 'sign-in',
  },
  missing: {
    title: 'There is nothing at that address',
    text: 'The API knows no such route. Perhaps config.json names another API.',
  },
  taken: {
    title: 'That pet is not available',
    text: 'It was sold or taken off the list before your purchase arrived.',
    cure: 'reload',
  },
  stale: {
    title: 'The list changed in the meantime',
    text: 'Somebody else saved it after you loaded it, so nothing was overwritten. Look at the new list and try once more.',
    cure: 'reload',
  },
  oversized: { title: 'That is too much at once', text: 'The API takes no request of that size.' },
  reused: {
    title: 'That purchase was already answered',
    text: 'The same key was used for a different purchase. Load the list to see what was bought.',
    cure: 'reload',
  },
  busy: { title: 'Too many requests', text: 'The shop asks for a little patience.', cure: 'retry' },
  unavailable: { title: 'The shop cannot answer right now', text: 'It should be back in a moment.', cure: 'retry' },
  broken: { title: 'Something broke in the shop', text: 'It was not your doing, and the cause stands in the shop’s log.', cure: 'retry' },
  issuer: {
    title: 'The sign-in service does not answer',
    text: 'You can look around meanwhile. What needs a sign-in has to wait until it is back.',
    cure: 'retry',
  },
}

/** Tells a failure. `granted` are the permissions of the person at the screen. */
export function explain(failure: Failure, granted: ReadonlySet<string>): Words {
  const { scope, message } = failure.said
  switch (failure.kind) {
    case 'anonymous':
      return {
        title: 'This needs you to be signed in',
        text: scope === undefined ? 'Sign in and try again.' : `Sign in with an account that has the permission ${scope}.`,
        cure: 'sign-in',
      }
    case 'forbidden':
      return forbidden(scope, granted)
    case 'invalid':
      return { title: 'The API refused the request', text: message === undefined ? 'It found something wrong in it.' : sentence(message) }
    default:
      return told[failure.kind]
  }
}

function forbidden(scope: string | undefined, granted: ReadonlySet<string>): Words {
  if (scope === undefined) return { title: 'You may not do this', text: 'You are signed in, but your account is not allowed to do this.' }
  if (granted.has(scope)) {
    return {
      title: 'You may not do this',
      text: `You were granted ${scope}, but the API does not accept it from this account. Sign in again to get your present permissions.`,
      cure: 'sign-in',
    }
  }
  const holders = permission(scope)?.holders ?? 'Whoever looks after the accounts can grant it.'
  return { title: 'You may not do this', text: `You are signed in, but this needs the permission ${scope}. ${holders}` }
}

function sentence(message: string): string {
  const text = message.charAt(0).toUpperCase() + message.slice(1)
  return /[.!?]$/.test(text) ? text : `${text}.`
}
