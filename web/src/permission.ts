import { type Scope, scopes } from './contract'

/** Explains a scope to users. */
export interface Permission {
  readonly allows: string
  /** Who gets the scope, shown to users without it. */
  readonly holders: string
}

const permissions: Readonly<Record<Scope, Permission>> = {
  'purchase:pets': {
    allows: 'buy pets',
    holders: 'Buyers have it: people who sign in with a social account such as Amazon. Administrators cannot buy.',
  },
  'update:pets': {
    allows: 'add and remove pets',
    holders: 'Administrators have it: people who sign in with a user name and password from the shop.',
  },
  'read:unicorn': {
    allows: 'look up a unicorn by its name',
    holders: 'Riders and trainers have it (roles unicorn-rider and unicorn-trainer).',
  },
  'list:unicorns': {
    allows: 'list all unicorns',
    holders: 'Trainers have it (role unicorn-trainer).',
  },
}

/**
 * Scopes requested at sign-in: all of them. The issuer never grants a scope that was not
 * requested and silently drops those that the user may not have.
 */
export const requestedScopes = ['openid', 'profile', 'email', 'offline_access', ...scopes].join(' ')

/** Returns the explanation of a scope; undefined for a scope that the contract does not define. */
export function permissionOf(scope: string): Permission | undefined {
  const known = scopes.find((name) => name === scope)
  return known === undefined ? undefined : permissions[known]
}
