/** Whether two values are the same as JSON: order of members and absent or `undefined` ones make no difference. */
export function sameJson(a: unknown, b: unknown): boolean {
  if (a === b) return true
  if (typeof a !== 'object' || typeof b !== 'object' || a === null || b === null) return false
  if (Array.isArray(a) || Array.isArray(b)) {
    return Array.isArray(a) && Array.isArray(b) && a.length === b.length && a.every((item, i) => sameJson(item, b[i]))
  }
  const left = present(a)
  const right = present(b)
  return (
    left.length === right.length &&
    left.every((key) => Object.hasOwn(b, key) && sameJson(memberOf(a, key), memberOf(b, key)))
  )
}

const memberOf = (value: object, key: string): unknown => (value as Record<string, unknown>)[key]
const present = (value: object) => Object.keys(value).filter((key) => memberOf(value, key) !== undefined)
