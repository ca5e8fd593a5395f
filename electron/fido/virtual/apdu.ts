/** Request APDUs (ISO 7816-4 §5.1; U2F raw messages §3.1): short and extended length, with or without Le. */
export interface Apdu {
  readonly cla: number
  readonly ins: number
  readonly p1: number
  readonly p2: number
  readonly data: Uint8Array
}

/** `undefined` where the lengths do not add up. Le is read over: every answer fits. */
export function readApdu(message: Uint8Array): Apdu | undefined {
  const [cla, ins, p1, p2] = message
  if (cla === undefined || ins === undefined || p1 === undefined || p2 === undefined) return undefined
  const data = body(message.subarray(4))
  return data === undefined ? undefined : { cla, ins, p1, p2, data }
}

function body(rest: Uint8Array): Uint8Array | undefined {
  const [first, high, low] = rest
  if (first === undefined || rest.length === 1) return new Uint8Array()
  if (first !== 0) return part(rest, 1, first, [0, 1])
  if (high === undefined || low === undefined) return undefined
  if (rest.length === 3) return new Uint8Array()
  return part(rest, 3, (high << 8) | low, [0, 2])
}

/** `length` bytes from `at`, followed by an Le of one of these sizes and by nothing else. */
function part(rest: Uint8Array, at: number, length: number, le: readonly number[]): Uint8Array | undefined {
  return le.includes(rest.length - at - length) ? rest.subarray(at, at + length) : undefined
}
