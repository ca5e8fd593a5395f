/** PublicKeyCredentialDescriptor and the user entity as CTAP carries them (CTAP 2.1 §6.1, §6.2.2). */
import type { CborMap } from '../cbor/index.ts'
import { AnswerError } from '../errors.ts'
import { need, textMap, type Answer } from './command.ts'

export const PUBLIC_KEY = 'public-key'

export interface Descriptor {
  readonly id: Uint8Array
}

/** Without transports: a key has no use for them, and old ones refuse members they don't know. */
export function writeDescriptor({ id }: Descriptor): CborMap {
  return textMap({ id, type: PUBLIC_KEY })
}

/** Throws `AnswerError`. */
export function readDescriptor(answer: Answer, member: number): Descriptor {
  if (need(answer.text('type'), member) !== PUBLIC_KEY) throw new AnswerError('member-value', member)
  const id = need(answer.bytes('id'), member)
  if (id.length === 0 || id.length > 1023) throw new AnswerError('member-value', member)
  return { id }
}

/** The user of a discoverable credential; names only after verification of the user (§6.2.2). */
export interface KnownUser {
  readonly id: Uint8Array
  readonly name: string | undefined
  readonly displayName: string | undefined
}

/** Throws `AnswerError`. */
export function readUser(answer: Answer, member: number): KnownUser {
  const id = need(answer.bytes('id'), member)
  if (id.length > 64) throw new AnswerError('member-value', member)
  return { id, name: answer.text('name'), displayName: answer.text('displayName') }
}
