/** Whether two values are the same as JSON: order of members and absent or `undefined` ones make no difference. */
export function sameJson(a: unknown, b: unknown): boolean {
  if (a === b) return true
  if (typeof a !== 'object' || typeof b !== 'object' || a === null || b === null) return false
  if (Array.isArray(a) || Array.isArray(b)) {
    return Array.isArray(a) && Array.isArray(b) && a.length === b.length && a.every((item, i) => sameJson(item, b[i]))
  }
  return sameMembers(a as Members, b as Members)
}

type Members = Readonly<Record<string, unknown>>

// Run for every entry of a vault at every change of one: it makes no lists.
function sameMembers(a: Members, b: Members): boolean {
  let more = 0
  for (const key of Object.keys(a)) {
    if (a[key] === undefined) continue
    if (!Object.hasOwn(b, key) || !sameJson(a[key], b[key])) return false
    more += 1
  }
  for (const key of Object.keys(b)) if (b[key] !== undefined) more -= 1
  return more === 0
}
