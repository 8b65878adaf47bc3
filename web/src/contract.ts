// Generated from functions/contract by "make golden". Do not edit.
import type { components } from './openapi'

type Schemas = components['schemas']

export const scopes = ['update:pets', 'purchase:pets', 'read:unicorn', 'list:unicorns'] as const

export type Scope = (typeof scopes)[number]

/** Routes by the name of the function that serves them. */
export const routes = {
  getPetInfo: { method: 'GET', path: '/pets' },
  updatePetInfo: { method: 'POST', path: '/pets', scope: 'update:pets' },
  petPurchase: { method: 'POST', path: '/pets/purchase', scope: 'purchase:pets' },
  getUnicorn: { method: 'GET', path: '/unicorn', scope: 'read:unicorn' },
  listAllUnicorns: { method: 'GET', path: '/unicorns', scope: 'list:unicorns' },
} as const

export type Pet = Schemas['Pet']
export type UpdateRequest = Schemas['UpdateRequest']
export type PurchaseRequest = Schemas['PurchaseRequest']
export type Unicorn = Schemas['Unicorn']
export type ErrorBody = Schemas['Error']
