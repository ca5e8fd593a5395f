/**
 * authenticatorSelection (CTAP 2.1 §6.9): the key blinks, and answers when it is touched. A key of before 2.1 is asked the
 * same by a makeCredential with an empty pinUvAuthParam (§6.1.2 step 1), which registers nothing.
 */
import { KeyStatusError } from '../errors.ts'
import type { MessageOptions, Transport } from '../transport.ts'
import { send, textMap } from './command.ts'
import type { Info } from './info.ts'
import { MAKE_CREDENTIAL } from './make-credential.ts'
import { COSE_ALGORITHM } from './cose.ts'
import { STATUS } from './status.ts'

/** §6.9. */
const SELECTION = 0x0b

/** There is no `FIDO_2_2` (CTAP 2.3 §6.4). */
export function isSupported(info: Info): boolean {
  return info.versions.some((version) => version === 'FIDO_2_1' || version === 'FIDO_2_3')
}

/** Whether `select` can ask this key at all: the old way needs its PIN command. */
export function canSelect(info: Info): boolean {
  return isSupported(info) || info.options.clientPin !== undefined
}

/** Resolves once the key was touched. Abort the signal on the other keys then. */
export async function select(transport: Transport, info: Info, options?: MessageOptions): Promise<void> {
  if (isSupported(info)) {
    await send(transport, SELECTION, undefined, options)
    return
  }
  try {
    await send(transport, MAKE_CREDENTIAL, probe(), options)
  } catch (error) {
    if (error instanceof KeyStatusError && TOUCHED.has(error.status)) return
    throw error
  }
}

/** What a touched key answers to an empty pinUvAuthParam, with and without a PIN, in 2.0 and in 2.1. */
const TOUCHED: ReadonlySet<number> = new Set([STATUS.pinNotSet, STATUS.pinInvalid, STATUS.pinAuthInvalid])

/** Parameters 1 to 4, 8 and 9 of makeCredential (§6.1); the names are those every client sends. */
function probe() {
  return {
    0x01: new Uint8Array(32),
    0x02: textMap({ id: '.dummy', name: '.dummy' }),
    0x03: textMap({ id: Uint8Array.of(1), name: 'dummy', displayName: 'dummy' }),
    0x04: [textMap({ alg: COSE_ALGORITHM.ES256, type: 'public-key' })],
    0x08: new Uint8Array(),
    0x09: 1,
  }
}
