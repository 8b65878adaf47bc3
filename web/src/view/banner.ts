import { nothing, type TemplateResult } from 'lit-html'
import type { Model } from '../model/model'
import type { Notice } from '../session/session'
import { notice, type NoticeAction } from './notice'

/** Renders what every screen reports: no connection, or a change of the session. */
export function banner(model: Model): TemplateResult | typeof nothing {
  if (!navigator.onLine) return notice('plain', 'You are offline', 'The list may be out of date. The page continues when your connection is back.')
  const { session } = model
  if (session.notice === undefined) return nothing
  const { title, text, signIn, tone = 'bad' } = notices[session.notice]
  const actions: NoticeAction[] = []
  if (signIn !== undefined) actions.push({ label: signIn, act: () => void session.signIn() })
  actions.push({ label: 'Dismiss', act: () => session.dismiss() })
  return notice(tone, title, text, actions)
}

/** A notice; `signIn` is the label of a button that signs in. */
interface NoticeText {
  readonly title: string
  readonly text: string
  readonly signIn?: string
  readonly tone?: 'plain'
}

const notices: Readonly<Record<Notice, NoticeText>> = {
  'signed-out': { title: 'You are signed out', text: 'Here and at the sign-in service.', tone: 'plain' },
  'signed-out-here': {
    title: 'You are signed out here',
    text: 'The sign-in service could not be reached and may still know you. On a shared computer, close the browser.',
  },
  'signed-out-elsewhere': { title: 'You signed out in another tab', text: 'You are now signed out here too.', signIn: 'Sign in' },
  'signed-in-elsewhere': {
    title: 'You signed in in another tab', text: 'You can continue here with the same account.', signIn: 'Continue here', tone: 'plain',
  },
  ended: { title: 'Your session has ended', text: 'Sign in again to continue here.', signIn: 'Sign in' },
  refused: { title: 'The sign-in was not completed', text: 'You are not signed in. Nothing was changed.', signIn: 'Sign in' },
  mismatch: {
    title: 'This sign-in was not started here',
    text: 'It belongs to another tab or was used before. For your safety it was not accepted.',
    signIn: 'Sign in',
  },
  'issuer-down': {
    title: 'The sign-in service is not responding',
    text: 'You can still look at the pets. Try again in a few minutes.',
    signIn: 'Try again',
  },
  interrupted: { title: 'You are not signed in', text: 'Your session could not be restored.', signIn: 'Continue' },
}
