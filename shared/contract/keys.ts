/**
 * Security keys: what is plugged in and what was seen before, what is on each, and everything that can be done to one by
 * CTAP. PINs go up in `Secret` fields alone, each submitted PIN is one attempt at the key, and what destroys asks first,
 * naming key and object (docs/decisions.md).
 */
import { z } from 'zod'
import { call, confirmAsk, empty, id, Secret, time, topic } from './define.ts'
import { can, deviceRef, identityRef } from './devices.ts'
import { callError, type CallError } from './errors.ts'

/** base64url; 1023 bytes at most (CTAP 2.1 §6.1). */
export const credentialId = z.string().min(1).max(1364)

/** CTAP 2.1 §6.4 `uvModality` and our words for it; what a key verifies a person with besides the PIN. */
export const uvKind = z.enum(['fingerprint', 'face', 'voice', 'other'])

/** What a key says of its PIN, before one is typed. */
export const pinState = z.strictObject({
  isSupported: z.boolean(),
  isSet: z.boolean(),
  /** Attempts left, where the key says. Nought: only a reset helps. */
  retries: z.number().int().optional(),
  /** Three wrong ones in a row: it must be unplugged and plugged in before it takes another. */
  needsPowerCycle: z.boolean(),
  /** forcePINChange: it does nothing with this PIN but change it. */
  mustChange: z.boolean(),
  /** In code points (§6.5.1). */
  minLength: z.number().int(),
  /** In code points, where the key says; 63 bytes of UTF-8 at most in any case. */
  maxLength: z.number().int().optional(),
})

export const keyInfo = z.strictObject({
  /** `u2f`: registers and signs in, and nothing on this screen but wink. */
  speaks: z.enum(['ctap2', 'u2f']),
  versions: z.array(z.string()),
  extensions: z.array(z.string()),
  transports: z.array(z.string()),
  /** As the key gives them, those that we have no words for too. */
  options: z.record(z.string(), z.boolean()),
  algorithms: z.array(z.strictObject({ alg: z.number().int(), name: z.string().optional() })),
  pinProtocols: z.array(z.number().int()),
  certifications: z.record(z.string(), z.number().int()),
  firmware: z.string().optional(),
  maxMessageBytes: z.number().int().optional(),
  maxCredentialsInList: z.number().int().optional(),
  maxCredBlobBytes: z.number().int().optional(),
  largeBlobBytes: z.number().int().optional(),
  attestationFormats: z.array(z.string()),
  pinComplexityPolicy: z.boolean().optional(),
  transportsForReset: z.array(z.string()),
  longTouchForReset: z.boolean().optional(),
  /** Members that this program does not know, number and value in CBOR's diagnostic notation, and keys that came out of order. */
  unknown: z.array(z.strictObject({ member: z.string(), value: z.string() })),
  misordered: z.number().int(),
  pin: pinState,
  verification: z.strictObject({
    isSupported: z.boolean(),
    isSet: z.boolean(),
    kind: uvKind.optional(),
    retries: z.number().int().optional(),
  }),
  /** Passkeys that still fit, where the key says so without a PIN. */
  passkeysLeft: z.number().int().optional(),
  alwaysUv: z.boolean(),
  enterpriseAttestation: z.boolean(),
  /** What can be done with this key now, or why not. */
  can: z.strictObject({
    passkeys: can,
    renamePasskeys: can,
    setPin: can,
    changePin: can,
    fingerprints: can,
    blobs: can,
    toggleAlwaysUv: can,
    enableEnterpriseAttestation: can,
    setMinPinLength: can,
    longTouchForReset: can,
    reset: can,
    wink: can,
    select: can,
  }),
})
export type KeyInfo = z.infer<typeof keyInfo>

/** The error of who asks all the same for what `can` says no to: its own code where the person can do something about it. */
export function keyCannot(reason: string): CallError {
  switch (reason) {
    case 'no-pin-set':
      return callError('pin-not-set', {})
    case 'pin-set-already':
      return callError('pin-already-set', {})
    case 'pin-blocked':
      return callError('pin-blocked', {})
    case 'needs-power-cycle':
      return callError('pin-needs-power-cycle', {})
    default:
      return callError('key-cannot', { reason })
  }
}

/** How surely a key is the one that was seen before. */
export const recognisedBy = z.enum(['serial', 'enc-identifier', 'credential', 'looks'])

export const passkey = z.strictObject({
  credentialId,
  rpId: z.string(),
  rpName: z.string().optional(),
  userName: z.string().optional(),
  displayName: z.string().optional(),
  /** COSE algorithm, where the key tells it. */
  alg: z.number().int().optional(),
  /** 1 to 3 (CTAP 2.1 §12.1), where the key says. */
  credProtect: z.number().int().optional(),
  hasLargeBlob: z.boolean(),
  thirdPartyPayment: z.boolean().optional(),
})
export type Passkey = z.infer<typeof passkey>

export const keyRow = z.strictObject({
  /** Of this plug-in while plugged in; of the remembered key once unplugged. */
  id,
  /** The key as this vault remembers it, where it has been named, read or registered with. */
  rememberedId: id.optional(),
  /** Given by the person; unique among remembered keys. */
  name: z.string().optional(),
  recognisedBy: recognisedBy.optional(),
  /** By AAGUID, else by what it says on USB; absent for one that nobody listed. */
  model: z.string().optional(),
  /** `aaguid`: of the list named in docs/aaguid.md; `usb`: its own words. */
  modelFrom: z.enum(['aaguid', 'usb']).optional(),
  aaguid: z.string().optional(),
  serial: z.string().optional(),
  vendorId: z.number().int().optional(),
  productId: z.number().int().optional(),
  kind: z.enum(['usb', 'socket', 'virtual']),
  /**
   * `reading`: its getInfo is under way. `denied`: the system keeps it from this user. `busy`: another program has it.
   * `silent`: it does not answer. `faulty`: its answers can't be read. `unplugged`: seen before.
   */
  state: z.enum(['reading', 'ready', 'denied', 'busy', 'silent', 'faulty', 'unplugged']),
  /** What it blinks for, while it waits for a touch or a finger. */
  waitsFor: z.enum(['touch', 'finger']).optional(),
  info: keyInfo.optional(),
  /** What was on it when it was last read with its PIN, in this run or before. */
  passkeys: z.strictObject({ list: z.array(passkey), asOf: time, left: z.number().int().optional() }).optional(),
  /** MFA devices that are known to be on it. */
  devices: z.array(z.strictObject({ ref: deviceRef, identity: z.string(), account: z.string(), name: z.string() })),
  lastSeenAt: time.optional(),
})
export type KeyRow = z.infer<typeof keyRow>

/** What one key opens and the other does not. */
export const twinRow = z.strictObject({
  id,
  what: z.discriminatedUnion('is', [
    z.strictObject({ is: z.literal('passkey'), rpId: z.string(), user: z.string().optional() }),
    z.strictObject({
      is: z.literal('device'),
      ref: deviceRef,
      identityRef,
      identity: z.string(),
      account: z.string(),
      name: z.string(),
    }),
  ]),
  /** `ticked`: by the person's word alone. `unknown`: the spare's passkeys were not read yet. */
  onSpare: z.enum(['yes', 'no', 'ticked', 'unknown']),
  /** `program`: registered from here. `site`: by hand at the site, then checked by the spare's passkey list. */
  how: z.enum(['program', 'site']),
  /** When the spare proved it in a drill. */
  drilledAt: time.optional(),
})
export type TwinRow = z.infer<typeof twinRow>

export const twin = z.strictObject({
  firstId: id,
  spareId: id,
  firstName: z.string(),
  spareName: z.string(),
  rows: z.array(twinRow),
  /** A reading of either that is missing or old, so that the table may be. */
  firstAsOf: time.optional(),
  spareAsOf: time.optional(),
  drill: z.strictObject({ at: time, proved: z.number().int(), of: z.number().int() }).optional(),
})
export type Twin = z.infer<typeof twin>

/** Why a key may not be seen, and what mends it. Words are the renderer's. */
export const finding = z.strictObject({
  finding: z.enum([
    'all-well',
    'no-key-plugged',
    'udev-rule-missing',
    'udev-rule-not-in-force',
    'no-access',
    'no-hidraw',
    'sandboxed',
    'module-missing',
    'host-failing',
    'windows-not-administrator',
    'key-busy',
    'key-silent',
    'key-faulty',
    'macos-input-monitoring',
  ]),
  facts: z.record(z.string(), z.union([z.string(), z.number(), z.boolean()])),
  /** Text to be copied into a file or a terminal; never run by the program. */
  mend: z.strictObject({ path: z.string().optional(), text: z.string(), commands: z.array(z.string()) }).optional(),
})
export type Finding = z.infer<typeof finding>

export const keysTopics = {
  keys: topic({
    params: empty,
    state: z.strictObject({
      /** It has not been looked for keys yet, so that none among `plugged` means nothing. */
      looking: z.literal(true).optional(),
      /** Plugged in, in the order in which they came. */
      plugged: z.array(keyRow),
      /** Remembered and not plugged in, the last seen first. */
      seen: z.array(keyRow),
      /** Why keys can't be looked for at all: one sentence. */
      trouble: z.enum(['module-missing', 'host-failing', 'none-here']).optional(),
      /** Begun and kept in the vault until given up. */
      twins: z.array(twin),
      /** LATCHKEY_KEY is open for a developer. */
      developerKey: z.boolean(),
    }),
    unlocked: true,
  }),
} as const

/** The PIN, for one attempt. `retries` are those left before it; at two or fewer `confirm` was asked first. */
export const pinAsk = {
  ask: z.strictObject({
    keyName: z.string(),
    retries: z.number().int().optional(),
    wasWrong: z.boolean(),
    minLength: z.number().int(),
  }),
  answer: z.strictObject({ pin: Secret }),
} as const

export const keyProgress = z.discriminatedUnion('doing', [
  z.strictObject({ doing: z.literal('reading'), done: z.number().int(), total: z.number().int().optional() }),
  z.strictObject({ doing: z.literal('writing'), done: z.number().int(), total: z.number().int() }),
  /** The key blinks. */
  z.strictObject({ doing: z.literal('touch'), keyName: z.string() }),
  z.strictObject({ doing: z.literal('finger'), keyName: z.string(), retries: z.number().int().optional() }),
  /** `keyName` is empty where any key will do. */
  z.strictObject({ doing: z.literal('waiting-for-key'), keyName: z.string() }),
])
export type KeyProgress = z.infer<typeof keyProgress>

/** Of authenticatorBioEnrollment (CTAP 2.1 §6.7.3, lastEnrollSampleStatus), spelled for our words. */
export const sampleStatus = z.enum([
  'good',
  'too-high',
  'too-low',
  'too-left',
  'too-right',
  'too-fast',
  'too-slow',
  'poor-quality',
  'too-skewed',
  'too-short',
  'merge-failure',
  'exists',
  'no-user-activity',
  'no-user-presence-transition',
  'database-full',
  'unknown',
])

export const fingerprint = z.strictObject({ id, name: z.string().optional() })
export const blobEntry = z.strictObject({
  /** Its place in the array; entries of other credentials are kept as they are. */
  index: z.number().int(),
  bytes: z.number().int(),
  /** The passkey it belongs to, where its key opened it. */
  passkey: z.strictObject({ credentialId, rpId: z.string(), userName: z.string().optional() }).optional(),
})

const onKey = z.strictObject({ key: id })
const asksPin = { pin: pinAsk, confirm: confirmAsk } as const

export const keysCalls = {
  'keys.name': call({ request: z.strictObject({ key: id, name: z.string().min(1).max(64) }), response: empty }),
  /** Forgets a remembered key; nothing is done to the key itself. */
  'keys.forget': call({ request: onKey, response: empty, asks: { confirm: confirmAsk } }),
  'keys.wink': call({ request: onKey, response: empty }),
  /** Which of the keys plugged in the person touches. Cancelled with the call. */
  'keys.select': call({ request: empty, response: z.strictObject({ key: id }), progress: keyProgress }),
  'keys.doctor': call({
    request: empty,
    response: z.strictObject({
      system: z.enum(['linux', 'macos', 'windows', 'other']),
      findings: z.array(finding).min(1),
      checkedAt: time,
    }),
  }),

  'keys.readPasskeys': call({
    request: onKey,
    response: z.strictObject({ stored: z.number().int(), left: z.number().int().optional() }),
    progress: keyProgress,
    asks: asksPin,
  }),
  'keys.renamePasskey': call({
    request: z.strictObject({
      key: id,
      credentialId,
      userName: z.string().max(64),
      displayName: z.string().max(64),
    }),
    response: empty,
    progress: keyProgress,
    asks: asksPin,
  }),
  'keys.deletePasskeys': call({
    request: z.strictObject({ key: id, credentialIds: z.array(credentialId).min(1).max(256) }),
    /** Those that are gone; with an error after some were deleted, `changed` is said. */
    response: z.strictObject({ deleted: z.number().int() }),
    progress: keyProgress,
    asks: asksPin,
  }),

  /** The first PIN. */
  'keys.setPin': call({
    request: z.strictObject({ key: id, newPin: Secret }),
    response: empty,
    asks: { confirm: confirmAsk },
  }),
  'keys.changePin': call({
    request: z.strictObject({ key: id, pin: Secret, newPin: Secret }),
    response: empty,
    asks: { confirm: confirmAsk },
  }),

  'keys.readFingerprints': call({
    request: onKey,
    response: z.strictObject({
      fingerprints: z.array(fingerprint),
      kind: z.enum(['touch', 'swipe', 'unknown']),
      samples: z.number().int(),
      maxNameBytes: z.number().int().optional(),
    }),
    progress: keyProgress,
    asks: asksPin,
  }),
  'keys.enrolFingerprint': call({
    request: z.strictObject({ key: id, name: z.string().max(64).optional() }),
    response: z.strictObject({ fingerprint }),
    progress: z.union([
      keyProgress,
      z.strictObject({
        doing: z.literal('sample'),
        status: sampleStatus.optional(),
        taken: z.number().int(),
        left: z.number().int(),
      }),
    ]),
    asks: asksPin,
  }),
  'keys.renameFingerprint': call({
    request: z.strictObject({ key: id, fingerprint: id, name: z.string().min(1).max(64) }),
    response: empty,
    progress: keyProgress,
    asks: asksPin,
  }),
  'keys.removeFingerprint': call({
    request: z.strictObject({ key: id, fingerprint: id }),
    response: empty,
    progress: keyProgress,
    asks: asksPin,
  }),

  /** authenticatorConfig (CTAP 2.1 §6.11). What only a reset takes back asks by name. */
  'keys.configure': call({
    request: z.strictObject({
      key: id,
      set: z.discriminatedUnion('setting', [
        z.strictObject({ setting: z.literal('always-uv'), on: z.boolean() }),
        z.strictObject({ setting: z.literal('enterprise-attestation') }),
        z.strictObject({ setting: z.literal('long-touch-for-reset') }),
        z.strictObject({
          setting: z.literal('min-pin-length'),
          length: z.number().int().min(4).max(63).optional(),
          rpIds: z.array(z.string().min(1).max(253)).max(64).optional(),
          forceChange: z.boolean(),
        }),
      ]),
    }),
    response: empty,
    progress: keyProgress,
    asks: asksPin,
  }),

  'keys.readBlobs': call({
    request: onKey,
    response: z.strictObject({
      entries: z.array(blobEntry),
      usedBytes: z.number().int(),
      maxBytes: z.number().int(),
      /** The array's trailer did not fit: a write that was cut short. Writing begins from an empty one. */
      isBroken: z.boolean(),
    }),
    progress: keyProgress,
    asks: asksPin,
  }),
  /** One entry, opened; base64url of what the site kept there. */
  'keys.openBlob': call({
    request: z.strictObject({ key: id, credentialId }),
    response: z.strictObject({ data: z.string() }),
    progress: keyProgress,
    asks: asksPin,
  }),
  /** Replaces the passkey's entry, or removes it where `data` is absent. */
  'keys.writeBlob': call({
    request: z.strictObject({ key: id, credentialId, data: z.string().max(100_000).optional() }),
    response: empty,
    progress: keyProgress,
    asks: asksPin,
  }),

  /**
   * Everything on the key is lost. Confirmed by name, then coached: unplug, plug in, touch. The key that comes back is
   * checked to be the one confirmed; `sameBy` says how, `alone` where it could only be insisted that no other is plugged in.
   */
  'keys.reset': call({
    request: onKey,
    response: z.strictObject({ sameBy: z.enum(['serial', 'enc-identifier', 'credential', 'alone']) }),
    progress: z.discriminatedUnion('doing', [
      z.strictObject({ doing: z.literal('unplug') }),
      /** `others`: further keys that must be taken out first, where this one can't be told from them. */
      z.strictObject({ doing: z.literal('unplug-others'), others: z.array(z.string()) }),
      z.strictObject({ doing: z.literal('plug') }),
      z.strictObject({ doing: z.literal('checking') }),
      z.strictObject({ doing: z.literal('touch'), keyName: z.string(), until: time, isLong: z.boolean() }),
    ]),
    asks: { confirm: confirmAsk },
  }),

  /** Both remembered or plugged in. Beginning it again answers with the one there is. */
  'keys.beginTwin': call({ request: z.strictObject({ first: id, spare: id }), response: empty }),
  'keys.endTwin': call({ request: z.strictObject({ first: id, spare: id }), response: empty }),
  /** A site done by hand that no list shows. */
  'keys.tickTwin': call({
    request: z.strictObject({ first: id, spare: id, row: id, isDone: z.boolean() }),
    response: empty,
  }),
  /** The first is unplugged, and the spare signs for what it can: each is one touch. */
  'keys.drill': call({
    request: z.strictObject({ first: id, spare: id }),
    response: z.strictObject({ proved: z.number().int(), of: z.number().int(), failed: z.array(id) }),
    progress: z.discriminatedUnion('doing', [
      z.strictObject({ doing: z.literal('unplug-first') }),
      z.strictObject({ doing: z.literal('plug-spare') }),
      z.strictObject({ doing: z.literal('touch'), row: id, done: z.number().int(), of: z.number().int() }),
      z.strictObject({ doing: z.literal('finger'), row: id, done: z.number().int(), of: z.number().int() }),
    ]),
    asks: asksPin,
  }),
} as const
