import type { Failure, Kind } from '../api/failure'
import { permissionOf } from '../permission'

/** Explains a failure to the user; `action` is what would help. */
export interface Explanation {
  readonly title: string
  readonly text: string
  readonly action?: 'sign-in' | 'retry'
}

const explanations: Readonly<Record<Exclude<Kind, 'unauthenticated' | 'forbidden' | 'invalid' | 'too-large'>, Explanation>> = {
  offline: {
    title: 'You are offline',
    text: 'Nothing was sent. The page continues when your connection is back.',
    action: 'retry',
  },
  unreachable: {
    title: 'The shop cannot be reached',
    text: 'Check your internet connection, then try again.',
    action: 'retry',
  },
  timeout: {
    title: 'The shop is taking too long',
    text: 'It did not respond within 30 seconds.',
    action: 'retry',
  },
  malformed: {
    title: 'The shop sent something unexpected',
    text: 'This page cannot read it. If this keeps happening, please contact the shop.',
    action: 'retry',
  },
  expired: {
    title: 'Your session has ended',
    text: 'Sign in again to continue here.',
    action: 'sign-in',
  },
  'no-email': {
    title: 'Your e-mail address is not confirmed',
    text: 'The shop needs it to record your purchase. Confirm it in the account you sign in with, then sign in again.',
    action: 'sign-in',
  },
  'not-found': {
    title: 'The shop does not offer this',
    text: 'The request was not found there. If this keeps happening, please contact the shop.',
  },
  conflict: {
    title: 'That pet is not available',
    text: 'It was sold or removed before your purchase arrived.',
  },
  changed: {
    title: 'The list has changed',
    text: 'It changed after this page loaded it. Check the new list, then try again.',
  },
  'key-reused': {
    title: 'This purchase was already processed',
    text: 'Check the list to see what was bought.',
  },
  throttled: { title: 'The shop is very busy', text: 'Please wait a moment, then try again.', action: 'retry' },
  unavailable: { title: 'The shop is not available right now', text: 'Please try again in a few minutes.', action: 'retry' },
  'server-error': { title: 'Something went wrong in the shop', text: 'This is not your fault. Please try again.', action: 'retry' },
  'issuer-down': {
    title: 'The sign-in service is not responding',
    text: 'You can still look at the pets. Try again in a few minutes.',
    action: 'retry',
  },
}

/** Explains a failure to a user with the granted scopes. */
export function explain(failure: Failure, granted: ReadonlySet<string>): Explanation {
  const { scope, message } = failure.details
  switch (failure.kind) {
    case 'unauthenticated':
      return {
        title: 'Please sign in first',
        text: scope === undefined ? 'Then try again.' : `You need an account with the permission ${scope}.`,
        action: 'sign-in',
      }
    case 'forbidden':
      return explainForbidden(scope, granted)
    case 'invalid':
      return { title: 'The shop did not accept this', text: sentence(message ?? 'Some of the input is not valid') }
    case 'too-large':
      return { title: 'This is too much at once', text: sentence(message ?? 'Change fewer pets at a time') }
    default:
      return explanations[failure.kind]
  }
}

function explainForbidden(scope: string | undefined, granted: ReadonlySet<string>): Explanation {
  const title = 'Your account may not do this'
  if (scope === undefined) return { title, text: 'You are signed in, but this is not permitted.' }
  if (granted.has(scope)) {
    return { title, text: `Your permission ${scope} may have changed. Sign in again to update your permissions.`, action: 'sign-in' }
  }
  const holders = permissionOf(scope)?.holders ?? 'An administrator of the accounts can grant it.'
  return { title, text: `You are signed in, but this needs the permission ${scope}. ${holders}` }
}

function sentence(message: string): string {
  const text = message.charAt(0).toUpperCase() + message.slice(1)
  return /[.!?]$/.test(text) ? text : `${text}.`
}
