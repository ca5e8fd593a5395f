/** What a key says of itself, in lines and for `--json`. */
import type { Can, KeyRow, State } from '../../../shared/contract/index.ts'
import type { Answer } from './commands.ts'
import { keyLine } from './key-find.ts'
import { cannotWords, count, tries } from './key-words.ts'

type Info = NonNullable<KeyRow['info']>

/** A key for scripts: times in ISO 8601. */
export const keyJson = ({ passkeys, lastSeenAt, ...key }: KeyRow): Record<string, unknown> => ({
  ...key,
  ...(passkeys ? { passkeys: { ...passkeys, asOf: new Date(passkeys.asOf).toISOString() } } : {}),
  ...(lastSeenAt === undefined ? {} : { lastSeenAt: new Date(lastSeenAt).toISOString() }),
})

export function listAnswer({ plugged, seen, developerKey }: State<'keys'>): Answer {
  const lines = [...plugged, ...seen].flatMap((key) => [keyLine(key), ...glance(key).map((line) => `   ${line}`)])
  return {
    text: plugged.length === 0 ? ['No security key is plugged in.', ...lines].join('\n') : lines.join('\n'),
    json: { keys: plugged.map(keyJson), seen: seen.map(keyJson), developerKey },
  }
}

function glance({ aaguid, info, passkeys }: KeyRow): string[] {
  const stored = passkeys ? [`${count(passkeys.list.length, 'passkey')} when last read`] : []
  const left = info?.passkeysLeft ?? passkeys?.left
  return [
    info ? [info.versions.join(', ')] : [],
    info
      ? [
          [
            pinWords(info),
            ...fingerWords(info),
            ...stored,
            ...(left === undefined ? [] : [`room for ${left} passkeys`]),
          ].join(', '),
        ]
      : [],
    aaguid === undefined ? [] : [`aaguid ${aaguid}`],
  ].flat()
}

export function pinWords({ pin }: Info): string {
  if (!pin.isSupported) return 'takes no PIN'
  if (!pin.isSet) return 'no PIN set'
  if (pin.retries === 0) return 'PIN blocked'
  const left = pin.retries === undefined ? '' : `, ${tries(pin.retries)}`
  const must = pin.mustChange ? ', must be changed' : ''
  return `PIN set${left}${must}${pin.needsPowerCycle ? ', must be unplugged and plugged in first' : ''}`
}

const fingerWords = ({ verification }: Info): string[] =>
  verification.isSupported ? [`${verification.kind ?? 'verification'} ${verification.isSet ? 'set' : 'not set'}`] : []

/** Lines of everything that is known of one key. */
export function infoAnswer(key: KeyRow): Answer {
  const { info } = key
  const json = keyJson(key)
  if (!info) return { text: keyLine(key), json }
  const lines: (readonly [string, string | undefined])[] = [
    ['versions', info.versions.join(', ')],
    ['aaguid', key.aaguid],
    ['firmware', info.firmware],
    ['PIN', pinWords(info)],
    ['shortest PIN', info.pin.isSupported ? String(info.pin.minLength) : undefined],
    ['verification', fingerWords(info).join('') || undefined],
    ['room for passkeys', text(info.passkeysLeft)],
    ['extensions', info.extensions.join(', ')],
    ['transports', info.transports.join(', ')],
    ['algorithms', info.algorithms.map(({ alg, name }) => name ?? String(alg)).join(', ')],
    ['PIN protocols', info.pinProtocols.join(', ')],
    [
      'options',
      Object.entries(info.options)
        .map(([name, isOn]) => `${name}: ${isOn ? 'yes' : 'no'}`)
        .join(', '),
    ],
    [
      'certifications',
      Object.entries(info.certifications)
        .map(([name, level]) => `${name} ${level}`)
        .join(', '),
    ],
    ['longest message', bytes(info.maxMessageBytes)],
    ['room for large blobs', bytes(info.largeBlobBytes)],
    ['attestation formats', info.attestationFormats.join(', ')],
    ...info.unknown.map(({ member, value }) => [`unknown member ${member}`, value] as const),
    ['out of order', info.misordered > 0 ? `${count(info.misordered, 'CBOR key')}` : undefined],
  ]
  const width = 22
  const shown = lines.flatMap(([name, value]) => (value ? [`${`${name}:`.padEnd(width)} ${value}`] : []))
  return { text: [keyLine(key), ...shown].join('\n'), json }
}

const text = (number: number | undefined) => (number === undefined ? undefined : String(number))
const bytes = (number: number | undefined) => (number === undefined ? undefined : `${number} bytes`)

/** The settings of a key, and which of them can be changed now. */
export function settingsAnswer({ info }: KeyRow): Answer {
  if (!info) return { text: 'The key could not be read.', json: {} }
  const { can } = info
  const settings = {
    alwaysUv: info.alwaysUv,
    minPinLength: info.pin.minLength,
    mustChangePin: info.pin.mustChange,
    enterpriseAttestation: info.enterpriseAttestation,
    longTouchForReset: info.longTouchForReset ?? false,
  }
  const line = (name: string, value: string, able: Can) =>
    `${`${name}:`.padEnd(26)} ${value}${able.can ? '' : `  (${cannotWords(able.reason)})`}`
  return {
    text: [
      line('always ask for PIN/finger', onOff(settings.alwaysUv), can.toggleAlwaysUv),
      line('shortest PIN', String(settings.minPinLength), can.setMinPinLength),
      line('PIN must be changed', settings.mustChangePin ? 'yes' : 'no', can.setMinPinLength),
      line('enterprise attestation', onOff(settings.enterpriseAttestation), can.enableEnterpriseAttestation),
      line('long touch for a reset', onOff(settings.longTouchForReset), can.longTouchForReset),
    ].join('\n'),
    json: { ...settings, can: pick(can) },
  }
}

const onOff = (isOn: boolean) => (isOn ? 'on' : 'off')
const pick = ({ toggleAlwaysUv, setMinPinLength, enableEnterpriseAttestation, longTouchForReset }: Info['can']) => ({
  toggleAlwaysUv,
  setMinPinLength,
  enableEnterpriseAttestation,
  longTouchForReset,
})
