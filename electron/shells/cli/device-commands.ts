/** What the commands about backends and devices do: what an administrator scripts. */
import type { Ask, CaseView, State, StepAnswer, StepView } from '../../../shared/contract/index.ts'
import { fold } from '../../../shared/domain/text.ts'
import type { CliApp } from './app.ts'
import type { Answer } from './commands.ts'
import { EXIT } from './exit-codes.ts'
import { CommandFault } from './fault.ts'

type Devices = State<'devices'>
type Row = Devices['identities'][number]
type Device = Row['devices'][number]

/** By id or name; each narrows down whom a command is about. */
export interface Whose {
  readonly backend?: string | undefined
  readonly identity?: string | undefined
}

/** Asks for a code on the terminal, or takes the next line of standard input. */
export type TypeCode = (prompt: string) => Promise<string>

const isRead = ({ backends }: Devices) => backends.every(({ state }) => state !== 'loading' && state !== 'reading')

export async function listBackends(app: CliApp, signal: AbortSignal): Promise<Answer> {
  await app.until('devices', {}, isRead, signal)
  const { backends } = app.state('backends', {})
  const lines = backends.map(({ name, kind, state, standing, trouble }) =>
    [
      `${name} (${kind}): ${state}`,
      ...(standing ? [`${standing.who.name}, ${standing.who.is} of ${standing.who.account}`] : []),
      ...(trouble ? [trouble.code] : []),
    ].join('; '),
  )
  return { text: lines.join('\n') || 'No backends yet. Add one in Settings, or try --demo.', json: { backends } }
}

export async function listDevices(app: CliApp, whose: Whose, signal: AbortSignal): Promise<Answer> {
  const { backends: all, identities: rows } = await app.until('devices', {}, isRead, signal)
  const identities = of(all, rows, whose)
  const backends = all.filter((backend) => isBackend(backend, whose.backend))
  const lines = identities.flatMap(({ identity, devices, warnings }) => [
    `${identity.name} (${identity.kind}, ${identity.account}): ${devices.length} of 8`,
    ...devices.map(({ name, type, health }) => `  ${type.padEnd(14)}${name}  ${health.state}`),
    ...warnings.map((warning) => `  ! ${warning.is}`),
  ])
  const failed = backends.filter(({ state }) => state !== 'ready').map(({ name, state }) => `${name}: ${state}`)
  const none = all.length === 0 ? 'No backends yet. Add one in Settings, or try --demo.' : 'Nobody is listed.'
  return { text: [...failed, ...lines].join('\n') || none, json: { backends, identities } }
}

/** Made, enabled by two codes and linked, as the wizard does it; the backup is left to the person. */
export async function registerVirtual(
  app: CliApp,
  whose: Whose,
  name: string | undefined,
  typeCode: TypeCode,
  signal: AbortSignal,
): Promise<Answer> {
  const row = await oneIdentity(app, whose, signal)
  const { caseId } = await app.call('recovery.open', { kind: 'register', identity: row.ref, type: 'virtual-totp' })
  await answer(app, caseId, { form: 'done', ...(name === undefined ? {} : { name }) }, typeCode)
  // The first pair may be refused, as right after a sign-in: then two newer codes are waited for.
  if (openStep(app, caseId).step === 'next-codes') await answer(app, caseId, { form: 'done' }, typeCode)
  if (openStep(app, caseId).step === 'backup') await answer(app, caseId, { form: 'done', other: 'later' }, typeCode)
  return ended(app, caseId, 'registered', 'Registered')
}

export async function registerHardware(
  app: CliApp,
  whose: Whose,
  serial: string,
  typeCode: TypeCode,
  signal: AbortSignal,
): Promise<Answer> {
  const row = await oneIdentity(app, whose, signal)
  const { caseId } = await app.call('recovery.open', { kind: 'register', identity: row.ref, type: 'hardware-totp' })
  await answer(app, caseId, { form: 'text', text: serial }, typeCode)
  await answer(app, caseId, { form: 'codes', codes: await pair(typeCode) }, typeCode)
  return ended(app, caseId, 'registered', 'Registered')
}

export async function resync(
  app: CliApp,
  whose: Whose,
  name: string,
  typeCode: TypeCode,
  signal: AbortSignal,
): Promise<Answer> {
  const { row, device } = await oneDevice(app, whose, name, signal)
  const { caseId } = await app.call('recovery.open', {
    kind: 'resync',
    device: { ...row.ref, deviceId: device.id },
  })
  const { step } = openStep(app, caseId)
  if (step === 'resync-codes') await answer(app, caseId, { form: 'codes', codes: await pair(typeCode) }, typeCode)
  if (step === 'resync-next-codes') await answer(app, caseId, { form: 'done' }, typeCode)
  return ended(app, caseId, 'in-sync', 'Back in sync')
}

/** `yes`: the device's own name, said again. */
export async function removeDevice(
  app: CliApp,
  whose: Whose,
  name: string,
  yes: string | undefined,
  typeCode: TypeCode,
  signal: AbortSignal,
): Promise<Answer> {
  const { row, device } = await oneDevice(app, whose, name, signal)
  if (yes !== device.name) {
    throw new CommandFault(EXIT.notConfirmed, 'not-confirmed', `Say --yes "${device.name}" to remove it for good.`)
  }
  await app.call(
    'devices.remove',
    { device: { ...row.ref, deviceId: device.id } },
    {
      answers: {
        confirm: async ({ nonce, typeName }) => ({
          confirmed: true,
          nonce,
          ...(typeName === undefined ? {} : { typedName: yes }),
        }),
        code: async (ask) => ({ code: await typeCode(promptFor(ask)) }),
      },
    },
  )
  return {
    text: `Removed ${device.name} from ${row.identity.name}.`,
    json: { removed: { ...row.ref, deviceId: device.id, name: device.name } },
  }
}

const promptFor = ({ deviceName }: Ask<'devices.remove', 'code'>) => `Code of ${deviceName}: `

async function pair(typeCode: TypeCode): Promise<[string, string]> {
  return [await typeCode('The code it shows now: '), await typeCode('The code after it: ')]
}

async function answer(app: CliApp, caseId: string, given: StepAnswer, typeCode: TypeCode): Promise<void> {
  const request = { caseId, step: openStep(app, caseId).step, answer: given }
  await app.call('recovery.answer', request, {
    answers: {
      // What destroys is asked of a person, at the screen.
      confirm: async ({ nonce }) => ({ confirmed: false, nonce }),
      code: async (ask) => ({ code: await typeCode(promptFor(ask)) }),
      pin: () => Promise.reject(notHere()),
      webauthn: () => Promise.reject(notHere()),
    },
  })
}

const notHere = () => new CommandFault(EXIT.usage, 'not-here', 'A security key is touched in the window.')

function caseOf(app: CliApp, caseId: string): CaseView {
  const view = app.state('cases', {})[caseId]
  if (!view) throw new CommandFault(EXIT.failed, 'case-gone', 'The case is gone.')
  return view
}

function openStep(app: CliApp, caseId: string): StepView {
  const { steps } = caseOf(app, caseId)
  const open = steps.find(({ state }) => state === 'now') ?? steps.at(-1)
  if (!open) throw new CommandFault(EXIT.failed, 'case-empty', 'The case has no step.')
  return open
}

/** The case stays open where it did not come to its end, to be gone on with in the window. */
async function ended(app: CliApp, caseId: string, step: string, done: string): Promise<Answer> {
  const open = openStep(app, caseId)
  if (open.step !== step) {
    const why = open.trouble?.code ?? open.step
    throw new CommandFault(
      EXIT.backend,
      why,
      `It stopped at "${open.step}" (${why}). Go on in the window, under Recovery.`,
    )
  }
  await app.call('recovery.answer', { caseId, step, answer: { form: 'done' } })
  const { name } = open.facts
  return { text: `${done}${typeof name === 'string' ? `: ${name}` : ''}.`, json: { case: caseId, facts: open.facts } }
}

const isNamed = (wanted: string | undefined, ...names: readonly string[]) =>
  wanted === undefined || names.some((name) => name === wanted || fold(name) === fold(wanted))
const isBackend = ({ id, name }: Devices['backends'][number], wanted: string | undefined) => isNamed(wanted, id, name)

function of(backends: Devices['backends'], rows: readonly Row[], { backend, identity }: Whose): Row[] {
  const ids = new Set(backends.filter((one) => isBackend(one, backend)).map(({ id }) => id))
  return rows.filter((row) => ids.has(row.ref.backendId) && isNamed(identity, row.identity.id, row.identity.name))
}

async function matching(app: CliApp, whose: Whose, signal: AbortSignal): Promise<Row[]> {
  const { backends, identities } = await app.until('devices', {}, isRead, signal)
  return of(backends, identities, whose)
}

async function oneIdentity(app: CliApp, whose: Whose, signal: AbortSignal): Promise<Row> {
  const found = await matching(app, whose, signal)
  const names = found.map(({ identity }) => `${identity.name} (${identity.account})`)
  return only(found, names, 'identity', 'Name one with --identity, and --backend where several have it.')
}

async function oneDevice(
  app: CliApp,
  whose: Whose,
  name: string,
  signal: AbortSignal,
): Promise<{ readonly row: Row; readonly device: Device }> {
  const found = (await matching(app, whose, signal)).flatMap((row) =>
    row.devices
      .filter((device) => isNamed(name, device.id, device.name, device.serial ?? device.id))
      .map((device) => ({ row, device })),
  )
  const names = found.map(({ row, device }) => `${device.name} of ${row.identity.name}`)
  return only(found, names, 'device', 'Narrow it down with --identity or --backend.')
}

function only<T>(found: readonly T[], names: readonly string[], what: string, hint: string): T {
  const [one] = found
  if (one === undefined) throw new CommandFault(EXIT.notFound, 'not-found', `No such ${what}.`)
  if (found.length === 1) return one
  const some = names.slice(0, 10).join(', ')
  throw new CommandFault(EXIT.ambiguous, 'ambiguous', `More than one ${what}: ${some}. ${hint}`)
}
