/** Relying parties, users and credential descriptors as CTAP writes them (WebAuthn §5.4, §5.8.3). */
import { fromBase64url, fromUtf8, toBase64url, utf8 } from '../../../../shared/kit/index.ts'
import type { CborValue } from '../../cbor/index.ts'
import { need, Params } from '../params.ts'
import type { StoredCredential, UserEntity } from '../state.ts'
import { refuse, STATUS } from '../status.ts'

/** Longest text this key keeps of a name; longer ones are cut at a letter (CTAP 2.1 §6.1.2 lets a key do so at 64 bytes). */
const MAX_NAME_BYTES = 64
const MAX_USER_ID_BYTES = 64
/** A domain name has 253 at most. */
const MAX_RP_ID_BYTES = 253

export function readRp(rp: Params): { readonly id: string; readonly name: string | undefined } {
  return { id: readRpId(rp.text('id')), name: name(rp, 'name') }
}

export function readRpId(rpId: string | undefined): string {
  const id = need(rpId)
  return id === '' || utf8(id).length > MAX_RP_ID_BYTES ? refuse(STATUS.invalidParameter) : id
}

export function readUser(user: Params): UserEntity {
  const id = need(user.bytes('id'))
  if (id.length === 0 || id.length > MAX_USER_ID_BYTES) return refuse(STATUS.invalidLength)
  const named = name(user, 'name')
  const displayName = name(user, 'displayName')
  return {
    id: toBase64url(id),
    ...(named === undefined ? {} : { name: named }),
    ...(displayName === undefined ? {} : { displayName }),
  }
}

function name(entity: Params, key: string): string | undefined {
  const text = entity.text(key)
  return text === undefined || text === '' ? undefined : cut(text)
}

function cut(text: string): string {
  const bytes = utf8(text)
  let end = Math.min(bytes.length, MAX_NAME_BYTES)
  for (;;) {
    const whole = fromUtf8(bytes.subarray(0, end))
    if (whole !== undefined) return whole
    end -= 1
  }
}

export function rpMember({ rpId, rpName }: StoredCredential): CborValue {
  const rp = new Map([['id', rpId]])
  return rpName === undefined ? rp : rp.set('name', rpName)
}

/** `isNamed`: with what identifies the person. */
export function userMember({ id, name, displayName }: UserEntity, isNamed: boolean): CborValue {
  const user = new Map<string, CborValue>([['id', fromBase64url(id)!]])
  if (isNamed && name !== undefined) user.set('name', name)
  if (isNamed && displayName !== undefined) user.set('displayName', displayName)
  return user
}

export const descriptor = (id: Uint8Array): CborValue =>
  new Map<string, CborValue>([
    ['id', id],
    ['type', 'public-key'],
  ])

/** The id of a descriptor; `undefined` for a type that is not "public-key", which is passed over. */
export function readDescriptor(value: CborValue): Uint8Array | undefined {
  const entry = Params.of(value)
  const id = need(entry.bytes('id'))
  return need(entry.text('type')) === 'public-key' ? id : undefined
}

/** The ids of an allow or exclude list, refused where it is longer than getInfo says. */
export function readDescriptors(list: readonly CborValue[] | undefined, longest: number): Uint8Array[] {
  if ((list?.length ?? 0) > longest) return refuse(STATUS.limitExceeded)
  return (list ?? []).map(readDescriptor).filter((id) => id !== undefined)
}
