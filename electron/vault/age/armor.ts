/**
 * age's ASCII armor: strict PEM, 64 columns (https://age-encryption.org/v1, "ASCII armor"). Only the canonical spelling is read;
 * space around the whole and CRLF line ends are forgiven. The library's own takes 60 ms for 3 MB in one go.
 */

const BEGIN = '-----BEGIN AGE ENCRYPTED FILE-----\n'
const END = '\n-----END AGE ENCRYPTED FILE-----'

export const toArmor = (file: Uint8Array): string => `${BEGIN}${columns(file)}${END}\n`

export const isArmored = (text: string): boolean => text.trimStart().startsWith(BEGIN.trimEnd())

/** The binary age file, or `undefined`. */
export function fromArmor(text: string): Uint8Array | undefined {
  const lines = text.trim().replaceAll('\r\n', '\n')
  if (!lines.startsWith(BEGIN) || !lines.endsWith(END)) return undefined
  const body = lines.slice(BEGIN.length, -END.length)
  const file = Buffer.from(body, 'base64')
  // Node's reader skips what it does not know; writing it again shows that there was nothing to skip.
  return columns(file) === body ? file : undefined
}

const columns = (file: Uint8Array) =>
  Buffer.from(file.buffer, file.byteOffset, file.length)
    .toString('base64')
    .replaceAll(/.{64}(?!$)/g, '$&\n')
