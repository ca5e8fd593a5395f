/** Values that a schema of the contract takes, and values that differ from one of them in a single thing and must be refused. */
import type { z } from 'zod'

type Schema = z.core.$ZodType
type Def = {
  readonly type: string
  readonly shape?: Readonly<Record<string, Schema>>
  readonly element?: Schema
  readonly innerType?: Schema
  readonly options?: readonly Schema[]
  readonly entries?: Readonly<Record<string, string | number>>
  readonly values?: readonly unknown[]
  readonly keyType?: Schema
  readonly valueType?: Schema
}
const defOf = (schema: Schema): Def => schema._zod.def as unknown as Def

const STRINGS = ['abc', '1', 'a', 'abcdef']
const NUMBERS = [1, 10, 1000]

/** One value a branch of each union, with every optional member present. */
export function samples(schema: Schema): unknown[] {
  const def = defOf(schema)
  switch (def.type) {
    case 'string':
      return [STRINGS.find((text) => takes(schema, text))]
    case 'number':
      return [NUMBERS.find((number) => takes(schema, number))]
    case 'boolean':
      return [true]
    case 'enum':
      return [Object.values(def.entries!)[0]]
    case 'literal':
      return [def.values![0]]
    case 'unknown':
      return ['anything']
    case 'optional':
      return samples(def.innerType!)
    case 'array':
      return [[samples(def.element!)[0]], [samples(def.element!)[0], samples(def.element!)[0]]]
        .filter((list) => takes(schema, list))
        .slice(0, 1)
    case 'record':
      return [Object.fromEntries(keysOf(def.keyType!).map((key) => [key, samples(def.valueType!)[0]]))]
    case 'union':
      return def.options!.flatMap(samples)
    case 'object': {
      const members = Object.entries(def.shape!).map(([name, member]) => [name, samples(member)] as const)
      const base = Object.fromEntries(members.map(([name, values]) => [name, values[0]]))
      return [
        base,
        ...members.flatMap(([name, values]) => values.slice(1).map((value) => ({ ...base, [name]: value }))),
      ]
    }
    default:
      throw new Error(`no sample for ${def.type}`)
  }
}

const keysOf = (schema: Schema): string[] =>
  defOf(schema).type === 'enum' ? Object.values(defOf(schema).entries!).map(String) : ['key']

const takes = (schema: Schema, value: unknown) => (schema as z.ZodType).safeParse(value).success

/** One thing that is wrong with a request, and the JSON text that has it. */
export interface Wrong {
  readonly what: string
  readonly json: string
}

/** Everything next to `value` (a sample of `schema`) that must be refused, each wrong in one place. */
export function wrongs(schema: Schema, value: unknown): Wrong[] {
  const found: Wrong[] = []
  const say = (what: string, changed: unknown) => found.push({ what, json: JSON.stringify(changed) })
  walk(schema, value, [], (path, place, here) => {
    const put = (changed: unknown) => replaced(value, path, changed)
    const at = path.join('.') || 'the request'
    for (const wrong of wrongTypes(place)) say(`${at} is ${JSON.stringify(wrong)}`, put(wrong))
    if (defOf(place).type !== 'object') return
    const members = here as Record<string, unknown>
    say(`${at} has a member more`, put({ ...members, more: 1 }))
    say(
      `${at} has __proto__`,
      put(JSON.parse(JSON.stringify(members).replace(/^\{/, '{"__proto__":{"more":1},').replace(',}', '}'))),
    )
    for (const [name, member] of Object.entries(defOf(place).shape!)) {
      if (defOf(member).type === 'optional' || !(name in members)) continue
      say(`${at} lacks ${name}`, put(Object.fromEntries(Object.entries(members).filter(([each]) => each !== name))))
    }
  })
  return found
}

type Path = readonly (string | number)[]

function walk(
  schema: Schema,
  value: unknown,
  path: Path,
  visit: (path: Path, schema: Schema, value: unknown) => void,
): void {
  const def = defOf(schema)
  if (def.type === 'optional') return walk(def.innerType!, value, path, visit)
  if (def.type === 'union')
    return walk(
      def.options!.find((option) => takes(option, value))!,
      value,
      path,
      visit,
    )
  visit(path, schema, value)
  if (def.type === 'array') (value as unknown[]).forEach((item, i) => walk(def.element!, item, [...path, i], visit))
  if (def.type === 'record')
    for (const [key, item] of Object.entries(value as object)) walk(def.valueType!, item, [...path, key], visit)
  if (def.type === 'object')
    for (const [name, member] of Object.entries(def.shape!)) {
      const item = (value as Record<string, unknown>)[name]
      if (item !== undefined) walk(member, item, [...path, name], visit)
    }
}

/** Values of every other JSON type than the schema's own. */
function wrongTypes(schema: Schema): unknown[] {
  const { type } = defOf(schema)
  const own: Record<string, string> = { enum: 'string', literal: 'string', int: 'number', record: 'object' }
  const all: Record<string, unknown> = {
    string: 'planted',
    number: 4.5,
    boolean: false,
    null: null,
    array: [],
    object: {},
  }
  if (type === 'unknown') return []
  const wrong = Object.entries(all).filter(([name]) => name !== (own[type] ?? type))
  if (type === 'enum' || type === 'literal') wrong.push(['string', 'planted'])
  return wrong.map(([, value]) => value)
}

function replaced(value: unknown, path: Path, changed: unknown): unknown {
  const [key, ...rest] = path
  if (key === undefined) return changed
  if (Array.isArray(value)) return value.map((item, i) => (i === key ? replaced(item, rest, changed) : item))
  const members = value as Record<string, unknown>
  return { ...members, [key]: replaced(members[key], rest, changed) }
}
