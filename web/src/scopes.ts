/** A permission of the API, and who gets it. The identity provider decides; this page only tells. */
export interface Permission {
  readonly scope: string
  readonly allows: string
  /** How somebody comes to hold it, for the person who was refused. */
  readonly holders: string
}

export const permissions: readonly Permission[] = [
  {
    scope: 'purchase:pets',
    allows: 'buy a pet',
    holders: 'Buyers hold it: people who sign in with a social account, such as Amazon. Administrators cannot buy.',
  },
  {
    scope: 'update:pets',
    allows: 'add and remove pets',
    holders: 'Administrators hold it: people who sign in with a user name and password that the shop gave them.',
  },
  {
    scope: 'read:unicorn',
    allows: 'look up one unicorn by name',
    holders: 'Riders and trainers hold it: the roles unicorn-rider and unicorn-trainer.',
  },
  {
    scope: 'list:unicorns',
    allows: 'see the list of all unicorns',
    holders: 'Trainers hold it: the role unicorn-trainer.',
  },
]

/** All of them are asked for: a scope that is not requested is never granted, one that is not permitted is silently left out. */
export const requestedScopes = ['openid', 'profile', 'email', 'offline_access', ...permissions.map((p) => p.scope)].join(' ')

/** Finds what is known about a scope; an API may name one that this page has never heard of. */
export function permission(scope: string): Permission | undefined {
  return permissions.find((p) => p.scope === scope)
}
