/** Answers of the query protocol (smithy.io, "AWS query protocol"): XML in the service's namespace. */

/** A list is written as `<Name><member>…</member></Name>`, a map as entries. */
export type Xml =
  string | number | boolean | Date | Uint8Array | undefined | readonly Xml[] | { readonly [name: string]: Xml }

export const escape = (text: string) =>
  text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;')

export function xml(value: Xml): string {
  if (value === undefined) return ''
  if (value instanceof Date) return value.toISOString().replace(/\.\d{3}Z$/, 'Z')
  if (value instanceof Uint8Array) return Buffer.from(value).toString('base64')
  if (Array.isArray(value)) return value.map((member: Xml) => `<member>${xml(member)}</member>`).join('')
  if (typeof value !== 'object') return escape(String(value))
  return Object.entries(value)
    .filter(([, inner]) => inner !== undefined)
    .map(([name, inner]) => `<${name}>${xml(inner as Xml)}</${name}>`)
    .join('')
}

/** A map's entries as the protocol writes them. */
export const entries = (map: Readonly<Record<string, string | number>>): string =>
  Object.entries(map)
    .map(([key, value]) => `<entry><key>${escape(key)}</key><value>${escape(String(value))}</value></entry>`)
    .join('')

export const answer = (action: string, namespace: string, result: Xml | { raw: string } | undefined, id: string) => {
  const inner =
    result !== undefined && typeof result === 'object' && 'raw' in result ? String(result.raw) : xml(result as Xml)
  const body = result === undefined ? '' : `<${action}Result>${inner}</${action}Result>`
  return `<${action}Response xmlns="${namespace}">${body}<ResponseMetadata><RequestId>${id}</RequestId></ResponseMetadata></${action}Response>`
}

export const failure = (
  namespace: string,
  { code, message, id, by }: { code: string; message: string; id: string; by: 'Sender' | 'Receiver' },
) =>
  `<ErrorResponse xmlns="${namespace}"><Error><Type>${by}</Type><Code>${code}</Code><Message>${escape(message)}</Message></Error><RequestId>${id}</RequestId></ErrorResponse>`
