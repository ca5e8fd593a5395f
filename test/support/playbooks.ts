/** Facts and a scripted person for the tests of playbooks: pure, no backend. */
import type { Contacts, DeviceType, IdentityKind, MfaDevice } from '../../shared/domain/device.ts'
import {
  ALL_RULES,
  apply,
  openStep,
  plan,
  type CaseKind,
  type CaseRecord,
  type PlaybookFacts,
  type Rules,
  type StepResult,
} from '../../shared/domain/playbooks/index.ts'

export const NOW = Date.UTC(2026, 10, 24, 12)

export const someDevice = (
  id: string,
  type: DeviceType = 'virtual-totp',
  over: Partial<MfaDevice> = {},
): MfaDevice => ({
  id,
  type,
  name: `Device ${id}`,
  health: type === 'fido' ? { state: 'in-order' } : { state: 'in-sync' },
  ...over,
})

export const CONTACTS: Contacts = {
  email: { value: 'root@northwind.example', confirmedAt: NOW - 86_400_000 },
  phone: { value: '+31 20 555 0148', confirmedAt: NOW - 400 * 86_400_000 },
}

const YES = { can: true } as const

export interface Scene {
  readonly kind?: IdentityKind
  readonly devices?: readonly MfaDevice[]
  readonly contacts?: Contacts
  readonly administrators?: readonly { readonly id: string; readonly name: string }[]
  readonly can?: Partial<PlaybookFacts['can']>
  readonly linked?: readonly string[]
  readonly touch?: PlaybookFacts['touch']
  readonly administratorDevices?: readonly MfaDevice[]
  readonly halfMade?: PlaybookFacts['halfMade']
  /** Where the backend's own page is. */
  readonly page?: string
}

export const factsOf = (scene: Scene = {}): PlaybookFacts => ({
  identity: {
    id: 'i',
    kind: scene.kind ?? 'root',
    name: scene.kind === 'user' ? 'alice' : 'Root user',
    account: 'Northwind production',
    isAdministrator: false,
  },
  devices: [...(scene.devices ?? [someDevice('old')])],
  contacts: scene.contacts ?? CONTACTS,
  ...(scene.page === undefined ? {} : { page: scene.page }),
  administrators: [...(scene.administrators ?? [{ id: 'carol', name: 'Carol' }])],
  can: {
    register: { 'virtual-totp': YES, 'hardware-totp': YES, fido: YES },
    resync: YES,
    remove: YES,
    markLost: YES,
    changePassword: YES,
    alternativeFactors: YES,
    ...scene.can,
  },
  now: NOW,
  linked: scene.linked ?? [],
  touch: scene.touch ?? ['page'],
  administratorDevices: scene.administratorDevices ?? [],
  halfMade: scene.halfMade,
})

export function caseOf(kind: CaseKind, facts: PlaybookFacts, deviceId = 'old'): CaseRecord {
  const { identity, devices, contacts, administrators, can } = facts
  const device = devices.find(({ id }) => id === deviceId)
  return {
    id: 'case',
    kind,
    subject: {
      backendId: 'demo',
      identityId: identity.id,
      ...(kind !== 'register' && device ? { device } : {}),
      ...(kind === 'help' ? { administrator: { id: 'carol', name: 'Carol' } } : {}),
    },
    known: { identity, devices, ...(contacts ? { contacts } : {}), administrators, can },
    openedAt: NOW,
    log: [],
  }
}

/** How each step comes out where the test does not say otherwise: the plain good way. */
const PLAIN: Readonly<Record<string, StepResult>> = {
  clock: { by: 'program', facts: { offsetSeconds: 0, uncertaintySeconds: 0 } },
  way: { by: 'program' },
  suspend: { by: 'program', final: true },
  session: { by: 'program' },
  create: { by: 'program', choice: 'enabled', facts: { deviceId: 'new', name: 'New' }, final: true },
  'next-codes': { by: 'program', choice: 'enabled', facts: { deviceId: 'new', name: 'New' }, final: true },
  'temporary-create': { by: 'program', choice: 'enabled', facts: { deviceId: 'temp', name: 'Stand-in' }, final: true },
  'enable-codes': { by: 'program', choice: 'enabled', facts: { deviceId: 'new', name: 'New' }, final: true },
  touch: { by: 'program', choice: 'enabled', facts: { deviceId: 'new', name: 'New' }, final: true },
  serial: { by: 'person', facts: { serial: 'GALT 1' } },
  resync: {
    by: 'program',
    choice: 'in-sync',
    facts: { told: true, steps: 3, seconds: 90, cause: 'device' },
    final: true,
  },
  'resync-codes': { by: 'program', choice: 'in-sync', facts: { told: false }, final: true },
  'remove-old': { by: 'program', choice: 'removed', final: true },
  'make-room': { by: 'program', choice: 'removed', final: true },
  deactivate: { by: 'program', choice: 'removed', final: true },
}

export type Script = Readonly<Record<string, string | StepResult>>

export interface Played {
  readonly record: CaseRecord
  readonly steps: readonly string[]
}

/**
 * Plays a case to its end: `script` says what is chosen at a step, or how it comes out; other steps go the plain way.
 * `steps` are those taken, in order. Throws where the playbook refuses an answer or does not end.
 */
export function play(
  record: CaseRecord,
  facts: PlaybookFacts,
  script: Script = {},
  { rules = ALL_RULES, until }: { rules?: Rules; until?: string } = {},
): Played {
  let now = record
  const taken: string[] = []
  for (let i = 0; i < 60; i++) {
    const open = openStep(now, facts, rules)
    if (!open) throw new Error(`no open step after ${taken.join(', ')}`)
    if (open.ask?.form === 'end' || open.step === until) return { record: now, steps: [...taken, open.step] }
    const said = script[open.step]
    const result: StepResult =
      typeof said === 'string' ? { by: 'person', choice: said } : (said ?? PLAIN[open.step] ?? plainAnswer(open.ask))
    const applied = apply(now, open.step, result, facts, NOW + i, rules)
    if (!applied.ok) throw new Error(`${open.step}: ${JSON.stringify(applied.error)}`)
    taken.push(open.step)
    now = applied.value
  }
  throw new Error(`no end: ${taken.join(', ')}`)
}

function plainAnswer(ask: NonNullable<ReturnType<typeof openStep>>['ask']): StepResult {
  if (ask?.form !== 'choice') return { by: 'person' }
  const option = ask.options.find(({ recommended }) => recommended) ?? ask.options.find(({ refused }) => !refused)
  return { by: 'person', choice: option?.option ?? '' }
}

export const shown = (record: CaseRecord, facts: PlaybookFacts, rules: Rules = ALL_RULES) =>
  plan(record, facts, rules).map(({ step, state }) => `${state} ${step}`)
