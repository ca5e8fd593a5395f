/** The administrator's side of rule 7: a colleague who is locked out asks for their device to be deactivated. */
import type { MfaDevice } from '../device.ts'
import { devicesInUse } from '../loss/index.ts'
import type { StepAsk } from './ask.ts'
import { HAPPENINGS, type CaseRecord, type PlaybookFacts } from './case.ts'
import { TOKEN_DIGITS } from './enable.ts'
import { readHappening } from './replace.ts'
import type { Rules } from './rules.ts'
import type { Walk } from './walk.ts'
import { messageFacts } from './way-back.ts'

export function help(walk: Walk, record: CaseRecord, world: PlaybookFacts, rules: Rules): void {
  const { device } = record.subject
  if (!device) return
  const facts = { name: device.name, type: device.type, identity: world.identity.name }
  const end = (step: 'helped' | 'not-helped' | 'in-sync') =>
    walk.step({ step, by: 'program', ask: { form: 'end', others: [] }, facts })

  const asked = walk.step({ step: 'who-asks', by: 'person', ask: { form: 'tick', others: ['not-sure'] }, facts })
  if (asked.choice === 'not-sure') return void end('not-helped')

  const said = walk.step({
    step: 'what-happened',
    by: 'person',
    ask: {
      form: 'choice',
      options: HAPPENINGS.filter((option) => option !== 'works').map((option) => ({
        option,
        ...(option === 'refused' && device.type === 'fido' && rules.has('fido-never-drifts')
          ? { refused: 'never-drifts' }
          : {}),
      })),
    },
    facts: { ...facts, helping: true },
    settle: () => ({ hasSession: sessionDevice(world) !== undefined }),
    expect: { choice: 'lost', facts: {} },
  })
  const happened = readHappening(said.choice)
  if (happened === 'refused' && rules.has('drifted-or-lost-first')) {
    const tried = walk.step({
      step: 'resync-first',
      by: 'person',
      ask: { form: 'tick', others: ['still-refused'] },
      facts,
    })
    if (tried.choice !== 'still-refused') return void end('in-sync')
  }
  const loss = happened === 'refused' ? 'broken' : happened
  if (said.facts['hasSession'] === true) openSession(walk, record, world)
  walk.step({
    step: 'deactivate',
    by: 'program',
    ask: { form: 'run', others: [] },
    facts,
    outcomes: ['removed', 'entity-left'],
  })
  walk.step({
    step: 'tell-colleague',
    by: 'person',
    ask: { form: 'message', next: 'tick', others: [] },
    facts: {
      ...messageFacts(world, device, loss),
      administrator: record.subject.administrator?.name ?? '',
      newPassword: loss !== 'broken' && rules.has('password-if-missing-or-stolen'),
    },
  })
  end('helped')
}

/** The administrator's own MFA session: by this vault where it holds their device, else by a code or a touch of theirs. */
function openSession(walk: Walk, record: CaseRecord, world: PlaybookFacts): void {
  const device = sessionDevice(world)
  const isHere = device !== undefined && world.linked.includes(device.id)
  walk.step({
    step: 'session',
    by: 'program',
    ask: sessionAsk(device, isHere, world),
    facts: { ...(device ? { name: device.name } : {}), administrator: record.subject.administrator?.name ?? '' },
    isAutomatic: isHere,
  })
}

/** The device an administrator acts with: one of this vault first, then one with codes, then a key. */
export function sessionDevice(world: PlaybookFacts): MfaDevice | undefined {
  const own = devicesInUse(world.administratorDevices)
  return (
    own.find(({ id }) => world.linked.includes(id)) ??
    own.find(({ type }) => type !== 'fido') ??
    (world.touch.length === 0 ? undefined : own[0])
  )
}

function sessionAsk(device: MfaDevice | undefined, isHere: boolean, world: PlaybookFacts): StepAsk {
  // Without a device by now there is nothing to give: the backend says whether it minds.
  if (!device || isHere) return { form: 'run', others: [] }
  if (device.type !== 'fido') return { form: 'codes', count: 1, digits: TOKEN_DIGITS, others: [] }
  return {
    form: 'touch',
    ways: world.touch.length === 0 ? ['page'] : [...world.touch],
    purpose: 'test',
    others: [],
  }
}
