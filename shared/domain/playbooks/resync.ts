/** Drifted? The clock is read, then two consecutive codes put a TOTP device right (rule 3). FIDO keys need none of it. */
import type { MfaDevice } from '../device.ts'
import type { CaseRecord, PlaybookFacts } from './case.ts'
import { pick, TOKEN_DIGITS } from './enable.ts'
import type { Rules } from './rules.ts'
import type { Taken, Walk } from './walk.ts'

export function resync(walk: Walk, record: CaseRecord, world: PlaybookFacts, rules: Rules): void {
  const device = record.subject.device
  if (!device) return
  if (device.type === 'fido' && rules.has('fido-never-drifts')) {
    walk.step({
      step: 'never-drifts',
      by: 'program',
      ask: { form: 'end', others: ['replace', 'register'] },
      facts: { name: device.name },
    })
    return
  }
  const found = resyncSteps(walk, world, device)
  if (found.choice === 'in-sync') endInSync(walk, device, found)
  else {
    walk.step({
      step: 'not-in-sync',
      by: 'program',
      ask: { form: 'end', others: ['replace'] },
      facts: { name: device.name, type: device.type },
    })
  }
}

/**
 * Ends with choice `in-sync`, its facts the drift (`told`, `steps`, `seconds`, `cause`), or with `still-refused`. A device
 * whose secret is here is put right by the program; codes of any other are typed.
 */
export function resyncSteps(walk: Walk, world: PlaybookFacts, device: MfaDevice): Taken {
  const facts = { name: device.name, type: device.type }
  const clock = walk.step({
    step: 'clock',
    by: 'program',
    ask: { form: 'run', others: ['skip'] },
    facts,
    isAutomatic: true,
    settle: () => ({ isHere: world.linked.includes(device.id) }),
  })
  const expect: Taken = { choice: 'in-sync', facts: {} }
  if (clock.facts['isHere'] !== true) {
    const { digits } = clock.facts
    return walk.step({
      step: 'resync-codes',
      by: 'program',
      ask: {
        form: 'codes',
        count: 2,
        digits: typeof digits === 'number' ? digits : TOKEN_DIGITS,
        others: ['still-refused'],
      },
      facts: { ...facts, ...pick({ serial: device.serial ?? '' }, ...(device.serial ? ['serial'] : [])) },
      outcomes: ['in-sync'],
      expect,
    })
  }
  const first = walk.step({
    step: 'resync',
    by: 'program',
    ask: { form: 'run', others: ['still-refused'] },
    facts,
    isAutomatic: true,
    outcomes: ['in-sync', 'pair-refused'],
    expect,
  })
  if (first.choice !== 'pair-refused') return first
  const until = walk.trouble('resync-next-codes')?.['until'] ?? first.facts['until']
  return walk.step({
    step: 'resync-next-codes',
    by: 'program',
    ask: { form: 'wait', until: typeof until === 'number' ? until : world.now, others: ['still-refused'] },
    facts,
    outcomes: ['in-sync', 'still-refused'],
    expect,
  })
}

/** Says how far it was out, and why, as far as that is known. */
export const endInSync = (walk: Walk, device: MfaDevice, found: Taken): void => {
  walk.step({
    step: 'in-sync',
    by: 'program',
    ask: { form: 'end', others: [] },
    facts: { name: device.name, type: device.type, ...found.facts },
  })
}
