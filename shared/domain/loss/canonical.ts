/** One text for one value, in whatever order its fields stand. */

/** JSON with the fields of every object sorted; fields that are `undefined` are left out. */
export function canonical(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(canonical).join(',')}]`
  if (typeof value !== 'object' || value === null) return JSON.stringify(value) ?? 'null'
  const fields = Object.entries(value)
    .filter(([, field]) => field !== undefined)
    .toSorted(([a], [b]) => (a < b ? -1 : 1))
  return `{${fields.map(([name, field]) => `${JSON.stringify(name)}:${canonical(field)}`).join(',')}}`
}

/** As `canonical`, for a list whose order says nothing. */
export const canonicalSet = (items: readonly unknown[]): string => `[${items.map(canonical).toSorted().join(',')}]`
