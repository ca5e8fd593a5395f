/** Steps that make and enable a new device (rules 1 and 4): the same for a registration and a replacement. */
import { offeredTypes, limitReached } from '../loss/index.ts'
import { DEVICE_TYPES, MAX_DEVICES, type DeviceType, type MfaDevice } from '../device.ts'
import type { Facts, StepAsk } from './ask.ts'
import type { PlaybookFacts } from './case.ts'
import type { Rules } from './rules.ts'
import type { Refusal, StepId } from './steps.ts'
import type { StepDef, Taken, Walk } from './walk.ts'

export const MAX_DEVICE_NAME = 64
const MAX_SERIAL = 64
/** Digits of a hardware token's code; the backend says otherwise when the registration is begun. */
export const TOKEN_DIGITS = 6

type Option = Extract<StepAsk, { form: 'choice' }>['options'][number]

/** The kinds of device, the one to offer first recommended; what can't be had says why. `leaving` is a device about to go. */
export function typeOptions(
  world: PlaybookFacts,
  rules: Rules,
  { leaving, onlyType }: { leaving?: MfaDevice | undefined; onlyType?: DeviceType | undefined } = {},
): Option[] {
  const devices = world.devices.filter((device) => device.id !== leaving?.id)
  const types = rules.has('several-devices') ? offeredTypes(devices) : DEVICE_TYPES
  const refusal = (type: DeviceType): Refusal | string | undefined => {
    if (rules.has('eight-at-most') && limitReached(devices)) return 'limit-reached'
    if (onlyType && type !== onlyType) return 'same-type-only'
    if (isByConsole(world, type)) return undefined
    if (type === 'fido' && world.touch.length === 0) return 'no-way-to-touch'
    const can = world.can.register[type]
    // Full now: what the backend says of registering holds no more once this one is gone.
    const isToldForFull = leaving !== undefined && limitReached(world.devices) !== undefined
    return can.can || isToldForFull ? undefined : can.reason
  }
  const options = types.map((type) => ({ type, refused: refusal(type) }))
  const first = options.find(({ refused }) => refused === undefined)
  return options.map(({ type, refused }) => ({
    option: type,
    ...(type === first?.type ? { recommended: true } : {}),
    ...(refused === undefined ? {} : { refused }),
  }))
}

/** Reasons of a backend that does it on a page of its own alone: the case leads there and looks afterwards. */
const BY_CONSOLE: ReadonlySet<string> = new Set(['fido-by-console', 'root-by-console'])

export function isByConsole({ can, page }: PlaybookFacts, type: DeviceType): boolean {
  const able = can.register[type]
  return page !== undefined && !able.can && BY_CONSOLE.has(able.reason)
}

type LeadsBack = NonNullable<StepDef['leadsBack']>

export interface Enabling {
  /** The questions to be asked again where the person starts over: those that led to this kind. */
  readonly again: readonly StepId[]
  /** Has steps of its own, so that a temporary device and the final one can be in one case. */
  readonly isTemporary?: boolean
}

/** Walks through enabling a device of `type`; the last step's facts name it (`deviceId`, `name`). */
export function enable(walk: Walk, world: PlaybookFacts, type: DeviceType, enabling: Enabling): Taken {
  const steps: readonly StepId[] = enabling.isTemporary
    ? ['temporary-create', 'temporary-next-codes']
    : ['create', 'next-codes', 'serial', 'enable-codes', 'touch', 'by-console']
  const leadsBack = { 'start-over': [...enabling.again, ...steps] }
  // Once it was done there, whatever the backend says now.
  if (isByConsole(world, type) || walk.isDone('by-console')) {
    return walk.step({
      step: 'by-console',
      by: 'checked',
      ask: { form: 'check', others: ['start-over'] },
      facts: { type, identity: world.identity.name, kind: world.identity.kind, page: world.page ?? '' },
      leadsBack,
    })
  }
  switch (type) {
    case 'virtual-totp':
      return enableVirtual(walk, world, enabling.isTemporary ?? false, leadsBack)
    case 'hardware-totp':
      return enableHardware(walk, world, leadsBack)
    case 'fido':
      return walk.step({
        step: 'touch',
        by: 'program',
        ask: {
          form: 'touch',
          // A case begun where keys can be touched may be gone on with where they can't; the service then says so.
          ways: world.touch.length === 0 ? ['page'] : [...world.touch],
          purpose: 'register',
          name: { initial: suggestedName(world, type), maxLength: MAX_DEVICE_NAME },
          others: ['start-over'],
        },
        facts: { type, ...halfMadeFacts(world) },
        outcomes: ['enabled'],
        leadsBack,
      })
  }
}

/** One action for the person: the program makes the device, gives the previous and the current code, and looks (rule 4). */
function enableVirtual(walk: Walk, world: PlaybookFacts, isTemporary: boolean, leadsBack: LeadsBack): Taken {
  const facts = { type: 'virtual-totp', temporary: isTemporary }
  const begun = world.halfMade !== undefined
  const made = walk.step({
    step: isTemporary ? 'temporary-create' : 'create',
    by: 'program',
    ask: {
      form: 'run',
      ...(begun ? {} : { name: { initial: suggestedName(world, 'virtual-totp'), maxLength: MAX_DEVICE_NAME } }),
      others: begun ? ['start-over'] : [],
    },
    facts: { ...facts, ...halfMadeFacts(world) },
    outcomes: ['enabled', 'pair-refused'],
    leadsBack,
    expect: { choice: 'enabled', facts: {} },
  })
  if (made.choice !== 'pair-refused') return made
  const step = isTemporary ? 'temporary-next-codes' : 'next-codes'
  const until = walk.trouble(step)?.['until'] ?? made.facts['until']
  return walk.step({
    step,
    by: 'program',
    ask: { form: 'wait', until: typeof until === 'number' ? until : world.now, others: ['start-over'] },
    facts,
    outcomes: ['enabled'],
    leadsBack,
  })
}

function enableHardware(walk: Walk, world: PlaybookFacts, leadsBack: LeadsBack): Taken {
  const begun = walk.step({
    step: 'serial',
    by: 'person',
    ask: { form: 'text', field: 'serial', initial: '', maxLength: MAX_SERIAL },
    facts: { type: 'hardware-totp', ...halfMadeFacts(world) },
  })
  const digits = begun.facts['digits']
  return walk.step({
    step: 'enable-codes',
    by: 'program',
    ask: {
      form: 'codes',
      count: 2,
      digits: typeof digits === 'number' ? digits : TOKEN_DIGITS,
      others: ['start-over'],
    },
    facts: { type: 'hardware-totp', ...pick(begun.facts, 'serial') },
    outcomes: ['enabled'],
    leadsBack,
  })
}

const halfMadeFacts = ({ halfMade }: PlaybookFacts): Facts =>
  halfMade ? { halfMade: true, stage: halfMade.stage, name: halfMade.name } : {}

/** A name nobody has there yet, of letters every backend takes (IAM: `[\w+=,.@-]+`). Never longer than the limit. */
export function suggestedName(world: PlaybookFacts, type: DeviceType): string {
  const who = world.identity.name.replaceAll(/[^\w+=,.@-]+/g, '-').replaceAll(/^-+|-+$/g, '') || 'device'
  const suffix = { 'virtual-totp': 'latchkey', 'hardware-totp': 'token', fido: 'key' }[type]
  const base = `${who.slice(0, MAX_DEVICE_NAME - suffix.length - 3)}-${suffix}`
  const taken = new Set(world.devices.map((device) => device.name.toLowerCase()))
  const names = Array.from({ length: MAX_DEVICES + 1 }, (_, i) => (i === 0 ? base : `${base}-${i + 1}`))
  return names.find((name) => !taken.has(name.toLowerCase())) ?? base
}

/** Those of the named facts that are there. */
export const pick = (from: Facts, ...names: readonly string[]): Facts =>
  Object.fromEntries(names.flatMap((name) => (from[name] === undefined ? [] : [[name, from[name]]])))
