/**
 * XML 1.0 as far as files of keys and preferences use it: elements, attributes, text, CDATA, comments, the declaration, the
 * five entities and character references. Names lose their prefix, for these formats have one element of each name.
 * Refused: document types (so no entity can be defined and nothing outside is ever read), processing instructions, and depth,
 * elements or attributes beyond what such files have. Not checked: namespaces.
 */
export interface XmlElement {
  readonly name: string
  readonly attributes: ReadonlyMap<string, string>
  readonly children: readonly XmlElement[]
  /** All text right within it, joined. */
  readonly text: string
}

/** KeePass nests groups; nobody nests a hundred. */
const MAX_DEPTH = 128
const MAX_ELEMENTS = 1_000_000
const MAX_ATTRIBUTES = 64
const NAME = /[A-Za-z_][\w.:-]*/y
const SPACE = /\s*/y
const ENTITIES: Readonly<Record<string, string>> = { lt: '<', gt: '>', amp: '&', quot: '"', apos: "'" }

interface Open {
  readonly name: string
  readonly attributes: Map<string, string>
  readonly children: XmlElement[]
  readonly text: string[]
}

/** The root element, or `undefined` where the text is no such XML. */
export function readXml(text: string | undefined): XmlElement | undefined {
  if (text === undefined || !/^\s*</.test(text)) return undefined
  const open: Open[] = []
  let root: XmlElement | undefined
  let elements = 0
  let at = /^\s*<\?xml\s[^>]{0,200}\?>/.exec(text)?.[0].length ?? 0
  while (at < text.length) {
    const next = text.indexOf('<', at)
    const between = text.slice(at, next < 0 ? text.length : next)
    const top = open.at(-1)
    const decoded = top || between.trim() !== '' ? decodeText(between) : ''
    if (decoded === undefined || (!top && decoded !== '')) return undefined
    top?.text.push(decoded)
    if (next < 0) break
    at = next
    if (text.startsWith('<!--', at)) {
      const end = text.indexOf('-->', at + 4)
      if (end < 0) return undefined
      at = end + 3
    } else if (text.startsWith('<![CDATA[', at)) {
      const end = text.indexOf(']]>', at)
      if (end < 0 || !top) return undefined
      top.text.push(text.slice(at + 9, end))
      at = end + 3
    } else if (text.startsWith('</', at)) {
      const name = match(NAME, text, at + 2)
      at += 2 + name.length
      at += match(SPACE, text, at).length
      if (!top || name !== top.name || text[at] !== '>') return undefined
      at += 1
      open.pop()
      root = close(top, open.at(-1)) ?? root
    } else {
      // `<!DOCTYPE`, `<?…` and all else have no name here.
      const tag = readTag(text, at)
      if (!tag || ++elements > MAX_ELEMENTS || open.length >= MAX_DEPTH || (root && !top)) return undefined
      at = tag.end
      if (tag.isClosed) root = close(tag.element, top) ?? root
      else open.push(tag.element)
    }
  }
  return open.length === 0 ? root : undefined
}

/** Closed into its parent, or returned as the root. */
function close({ name, attributes, children, text }: Open, parent: Open | undefined): XmlElement | undefined {
  const element = { name: name.replace(/^.*:/, ''), attributes, children, text: text.join('') }
  if (!parent) return element
  parent.children.push(element)
  return undefined
}

function readTag(text: string, start: number): { element: Open; isClosed: boolean; end: number } | undefined {
  const name = match(NAME, text, start + 1)
  if (name === '') return undefined
  const attributes = new Map<string, string>()
  let at = start + 1 + name.length
  for (;;) {
    const space = match(SPACE, text, at).length
    at += space
    const isClosed = text[at] === '/'
    if (text[at + (isClosed ? 1 : 0)] === '>') {
      return { element: { name, attributes, children: [], text: [] }, isClosed, end: at + (isClosed ? 2 : 1) }
    }
    const key = match(NAME, text, at)
    if (key === '' || space === 0 || attributes.size >= MAX_ATTRIBUTES) return undefined
    at += key.length
    at += match(SPACE, text, at).length
    if (text[at] !== '=') return undefined
    at += 1
    at += match(SPACE, text, at).length
    const quote = text[at]
    const end = quote === '"' || quote === "'" ? text.indexOf(quote, at + 1) : -1
    const value = end < 0 ? undefined : decodeText(text.slice(at + 1, end))
    if (value === undefined || value.includes('<')) return undefined
    const local = key.startsWith('xmlns') ? key : key.replace(/^.*:/, '')
    if (attributes.has(local)) return undefined
    attributes.set(local, value)
    at = end + 1
  }
}

function match(pattern: RegExp, text: string, at: number): string {
  pattern.lastIndex = at
  return pattern.exec(text)?.[0] ?? ''
}

/** `undefined` where an entity or reference is none. */
function decodeText(text: string): string | undefined {
  if (!text.includes('&')) return text
  let isWhole = true
  const decoded = text.replace(
    /&(?:([a-z]+)|#(\d{1,7})|#x([0-9a-fA-F]{1,6}));|&/g,
    (_, name?: string, decimal?: string, hex?: string) => {
      const code = decimal === undefined ? (hex === undefined ? undefined : Number.parseInt(hex, 16)) : Number(decimal)
      if (code !== undefined && code > 0 && code <= 0x10ffff) return String.fromCodePoint(code)
      const letter = name !== undefined && Object.hasOwn(ENTITIES, name) ? ENTITIES[name] : undefined
      if (letter === undefined) isWhole = false
      return letter ?? ''
    },
  )
  return isWhole ? decoded : undefined
}

/** The first child of each name in turn, from the element down. */
export const descend = (element: XmlElement | undefined, ...names: readonly string[]): XmlElement | undefined =>
  names.reduce((found: XmlElement | undefined, name) => found?.children.find((child) => child.name === name), element)
