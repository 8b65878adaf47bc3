const format = new Intl.NumberFormat('en', { minimumFractionDigits: 2, maximumFractionDigits: 2 })

/** Formats a price. The API names no currency, so the page shows none. */
export function formatPrice(amount: number): string {
  return format.format(amount)
}
