/** The form for a new pet, as typed. */
export interface Draft {
  readonly type: string
  readonly price: string
  readonly problems: Problems
}

/** What is wrong with each field. */
export interface Problems {
  readonly type?: string
  readonly price?: string
}

const maxPrice = 1e9
const maxTypeLength = 64
// Control characters and characters that change the text direction.
const forbidden = /[\p{Cc}\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]/u
const visible = /[^\p{Cc}\p{Z}\p{M}\p{Default_Ignorable_Code_Point}]/u

/** Checks the form by the API's rules. Returns the values to send, or what is wrong with them. */
export function checkDraft(type: string, price: string): { fields: { type: string; price: number } } | { problems: Problems } {
  const problems: { -readonly [K in keyof Problems]: Problems[K] } = {}
  const name = type.trim()
  if (name === '') problems.type = 'Enter the kind of pet.'
  else if ([...name].length > maxTypeLength) problems.type = `Use at most ${maxTypeLength} characters.`
  else if (forbidden.test(name) || !visible.test(name)) problems.type = 'Use letters, digits and other visible characters.'
  const amount = price.trim()
  if (amount === '') problems.price = 'Enter the price.'
  else if (!/^\d{1,10}(\.\d{1,2})?$/.test(amount)) problems.price = 'Enter a number such as 4.99, with at most two decimals.'
  else if (Number(amount) > maxPrice) problems.price = 'Enter at most 1000000000.'
  return Object.keys(problems).length > 0 ? { problems } : { fields: { type: name, price: Number(amount) } }
}
