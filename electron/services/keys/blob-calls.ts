/** What sites keep on a key beside their passkeys (large blobs, CTAP 2.1 §6.10): listed, opened, written. */
import { callError, type Response } from '../../../shared/contract/index.ts'
import { fromBase64url, toBase64url } from '../../../shared/kit/index.ts'
import { AnswerError, ctap2, type CborValue } from '../../fido/index.ts'
import type { Effects } from '../confirm.ts'
import type { Handlers } from '../handlers.ts'
import { approve } from './approve.ts'
import { requireCan, withKey, type Desk } from './desk.ts'
import { handOf, type Hand } from './hand.ts'
import { managementOf, readPasskeys, type Listed } from './passkeys.ts'
import type { OpenKey } from './plugged.ts'
import { infoOf, withToken, type Work } from './token.ts'

const { clientPin, largeBlobArray, largeBlobs } = ctap2
const { credentialManagement: cm, largeBlobWrite: lbw } = clientPin.PERMISSION
/** The keys of the entries come from the list of passkeys. */
const READ = { permissions: cm }
const WRITE = { permissions: cm | lbw }
/** "At least 1024 bytes" where the key does not say (§6.4, maxSerializedLargeBlobArray). */
const LEAST_BYTES = 1024

interface Blobs {
  readonly listed: readonly Listed[]
  /** `undefined` where the trailer does not fit. */
  readonly array: ctap2.largeBlobArray.LargeBlobArray | undefined
  readonly usedBytes: number
}

type BlobCall = 'keys.readBlobs' | 'keys.openBlob' | 'keys.writeBlob'

export function blobCalls(desk: Desk): Pick<Handlers, BlobCall> {
  return {
    'keys.readBlobs': ({ key }, context) =>
      withBlobs(desk, key, handOf(context), async (open, hand) => {
        const { listed, array, usedBytes } = await withToken(desk, open, hand, READ, reading(open, hand))
        return {
          entries: (array ?? []).map((item, index) => entryOf(item, index, listed)),
          usedBytes,
          maxBytes: maxBytesOf(open),
          isBroken: array === undefined,
        }
      }),

    'keys.openBlob': ({ key, credentialId }, context) =>
      withBlobs(desk, key, handOf(context), async (open, hand) => {
        const { listed, array } = await withToken(desk, open, hand, READ, reading(open, hand))
        const data = openBlob(array ?? [], keyOf(find(listed, credentialId)))
        if (!data) throw callError('blob-unreadable', {})
        return { data: toBase64url(data) }
      }),

    async 'keys.writeBlob'({ key, credentialId, data }, context) {
      const blob = data === undefined ? undefined : fromBase64url(data)
      if (data !== undefined && !blob) {
        throw callError('bad-request', { fields: [{ field: 'data', reason: 'not-base64url' }] })
      }
      await withBlobs(desk, key, handOf(context), async (open, hand) => {
        // What is there is known only with the PIN; the question comes before anything is taken.
        const before = await withToken(desk, open, hand, WRITE, reading(open, hand))
        serialised(desk, open, before, credentialId, blob)
        const approval = await approve(desk, open, hand.confirm, {
          operation: 'keys.writeBlob',
          thing: siteOf(find(before.listed, credentialId)),
          effects: effectsOf(before, credentialId, blob),
        })
        await withToken(desk, open, hand, WRITE, async (transport, signal, token) => {
          const now = await reading(open, hand)(transport, signal, token)
          const bytes = serialised(desk, open, now, credentialId, blob)
          approval.use(effectsOf(now, credentialId, blob))
          hand.progress({ doing: 'writing', done: 0, total: bytes.length })
          const fragmentBytes = largeBlobs.maxFragmentLength(infoOf(open))
          await largeBlobs.writeLargeBlobs(transport, bytes, fragmentBytes, token, { signal })
          hand.progress({ doing: 'writing', done: bytes.length, total: bytes.length })
        })
      })
      return {}
    },
  }
}

const withBlobs = <T>(desk: Desk, key: string, hand: Hand, work: (open: OpenKey, hand: Hand) => Promise<T>) =>
  withKey(desk, key, hand.signal, (open) => {
    requireCan(open, 'blobs')
    return work(open, hand)
  })

const reading =
  (open: OpenKey, hand: Hand): Work<Blobs> =>
  async (transport, signal, token) => {
    const tell = (done: number, total: number) => hand.progress({ doing: 'reading', done, total })
    const { listed } = await readPasskeys(managementOf(open, transport, token), signal, tell)
    const fragmentBytes = largeBlobs.maxFragmentLength(infoOf(open))
    const bytes = await largeBlobs.readLargeBlobs(transport, fragmentBytes, { signal })
    return { listed, array: largeBlobArray.readArray(bytes), usedBytes: bytes.length }
  }

const maxBytesOf = (open: OpenKey) => infoOf(open).maxSerializedLargeBlobArray ?? LEAST_BYTES

function entryOf(
  item: CborValue,
  index: number,
  listed: readonly Listed[],
): Response<'keys.readBlobs'>['entries'][number] {
  const owner = listed.find(({ stored: { largeBlobKey } }) => largeBlobKey && opens(item, largeBlobKey))?.passkey
  // Its ciphertext (§6.10.3), which is what takes the room.
  const ciphertext = item instanceof Map ? (item as ReadonlyMap<unknown, CborValue>).get(0x01) : undefined
  return {
    index,
    bytes: ciphertext instanceof Uint8Array ? ciphertext.length : 0,
    ...(owner
      ? {
          passkey: {
            credentialId: owner.credentialId,
            rpId: owner.rpId,
            ...(owner.userName === undefined ? {} : { userName: owner.userName }),
          },
        }
      : {}),
  }
}

/** Also where what was sealed can't be unpacked. */
function opens(item: CborValue, key: Uint8Array): boolean {
  try {
    return largeBlobArray.findBlob([item], key) !== undefined
  } catch (error) {
    if (error instanceof AnswerError) return true
    throw error
  }
}

/** `undefined` where there is none, or none that can be read. */
function openBlob(array: ctap2.largeBlobArray.LargeBlobArray, key: Uint8Array): Uint8Array | undefined {
  try {
    return largeBlobArray.findBlob(array, key)
  } catch (error) {
    if (error instanceof AnswerError) return undefined
    throw error
  }
}

/** Throws `not-found`. */
function find(listed: readonly Listed[], credentialId: string): Listed {
  const found = listed.find(({ passkey }) => passkey.credentialId === credentialId)
  if (!found) throw callError('not-found', { what: 'passkey' })
  return found
}

/** A passkey that was made without one has no room here. */
function keyOf({ stored: { largeBlobKey } }: Listed): Uint8Array {
  if (!largeBlobKey) throw callError('blob-unreadable', {})
  return largeBlobKey
}

const siteOf = ({ passkey: { rpId, userName } }: Listed) => (userName === undefined ? rpId : `${rpId} (${userName})`)

/** The array as it would be; entries of other credentials as they are. Throws `blob-too-large`. */
function serialised(
  { random }: Desk,
  open: OpenKey,
  { listed, array }: Blobs,
  credentialId: string,
  blob: Uint8Array | undefined,
): Uint8Array {
  const key = keyOf(find(listed, credentialId))
  const bytes = largeBlobArray.writeArray(largeBlobArray.withBlob(array ?? [], key, blob, random))
  const maxBytes = maxBytesOf(open)
  if (bytes.length > maxBytes) throw callError('blob-too-large', { maxBytes })
  return bytes
}

function effectsOf({ listed, array }: Blobs, credentialId: string, blob: Uint8Array | undefined): Effects {
  const one = find(listed, credentialId)
  const { rpId, userName } = one.passkey
  const facts = { rpId, user: userName ?? '' }
  const has = (array ?? []).some((item) => opens(item, keyOf(one)))
  return [
    ...(array ? [] : [{ effect: 'blobs-broken', facts: {} }]),
    ...(has ? [{ effect: 'blob-lost', facts }] : []),
    ...(blob ? [{ effect: 'blob-written', facts: { ...facts, bytes: blob.length } }] : []),
  ]
}
