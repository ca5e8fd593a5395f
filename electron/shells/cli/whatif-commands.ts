/** `whatif` and `cases`: what a loss would cost, and what is being recovered from. */
import {
  callError,
  type CaseView,
  type LosableRow,
  type LossRow,
  type Response,
  type State,
} from '../../../shared/contract/index.ts'
import type { Loss } from '../../../shared/domain/device.ts'
import { losableKey } from '../../../shared/domain/loss/index.ts'
import { fold } from '../../../shared/domain/text.ts'
import type { CliApp } from './app.ts'
import type { Answer } from './commands.ts'
import { EXIT } from './exit-codes.ts'
import { CommandFault } from './fault.ts'
import { accountOf, howOf, kindOf, nameOf, OUTCOMES } from './whatif-words.ts'

/** Rows asked for at a time. */
const ROWS = 1000
/** Accounts that still open are counted in words, and named up to here. */
const NAMED_OPEN = 20

export interface Lose {
  /** None: what can be lost is listed. */
  readonly names: readonly string[]
  readonly how: Loss
}

export async function whatIf(app: CliApp, { names, how }: Lose, signal: AbortSignal): Promise<Answer> {
  const isRead = ({ backends }: State<'whatif'>) =>
    backends.every(({ state }) => state !== 'loading' && state !== 'reading')
  const { losables, backends } = await app.until('whatif', {}, isRead, signal)
  const unread = backends.filter(({ state }) => state !== 'ready').map(({ name, state }) => `${name}: ${state}`)
  if (names.length === 0) return listLosables(losables, unread)

  const found = new Map(names.flatMap((name) => matching(losables, name)).map((row) => [losableKey(row.what), row]))
  const losses = [...found.values()].map(({ what }) => ({ what, how }))
  const { rows, ...report } = await wholeReport(app, losses)
  const { steps } = await app.call('whatif.bestSteps', { losses })
  return {
    text: [
      ...unread,
      `Without ${report.losses.map(({ what }) => nameOf(what)).join(', ')}:`,
      ...outcomesOf(rows),
      ...steps.map((step) => stepLine(step)),
    ].join('\n'),
    json: { ...report, rows, bestStep: steps[0] ?? null, backends },
  }
}

function listLosables(losables: readonly LosableRow[], unread: readonly string[]): Answer {
  const width = Math.min(40, Math.max(0, ...losables.map((row) => nameOf(row).length)))
  const lines = losables.map((row) => `  ${nameOf(row).padEnd(width)}  ${kindOf(row)}`.trimEnd())
  return {
    text: [...unread, 'What can be lost (latchkey whatif --lose NAME):', ...lines].join('\n'),
    json: { losables },
  }
}

/** The one called that, or the one whose name has all these words. Throws where there is none, or are several. */
function matching(losables: readonly LosableRow[], name: string): readonly LosableRow[] {
  const wanted = fold(name.trim())
  const full = (row: LosableRow) => fold([nameOf(row), kindOf(row)].join(' '))
  const exact = losables.filter((row) => fold(nameOf(row)) === wanted)
  const words = wanted.split(/\s+/u).filter(Boolean)
  const found =
    exact.length > 0
      ? exact
      : losables.filter((row) => words.length > 0 && words.every((word) => full(row).includes(word)))
  if (found.length === 0)
    throw new CommandFault(EXIT.notFound, 'not-found', `Nothing that can be lost is called “${name}”.`)
  if (found.length === 1) return found
  const lines = found.slice(0, 10).map((row) => `  ${nameOf(row)}  ${kindOf(row)}`)
  const more = found.length > lines.length ? [`  and ${found.length - lines.length} more`] : []
  throw new CommandFault(
    EXIT.ambiguous,
    'ambiguous',
    [`More than one thing is called “${name}”:`, ...lines, ...more].join('\n'),
  )
}

async function wholeReport(app: CliApp, losses: Parameters<typeof askPart>[1]): Promise<Response<'whatif.ask'>> {
  const first = await askPart(app, losses, 0)
  const rows = [...first.rows]
  while (rows.length < first.total) {
    const next = await askPart(app, losses, rows.length)
    // Something changed between two parts: they would not be one answer.
    if (next.digest !== first.digest || next.rows.length === 0) throw callError('busy', {})
    rows.push(...next.rows)
  }
  return { ...first, rows }
}

type Losses = readonly { readonly what: LosableRow['what']; readonly how: Loss }[]
const askPart = (app: CliApp, losses: Losses, from: number) =>
  app.call('whatif.ask', { losses: [...losses], from, most: ROWS })

/** Worst first, as they come. */
function outcomesOf(rows: readonly LossRow[]): string[] {
  const groups = new Map<LossRow['outcome'], LossRow[]>()
  for (const row of rows) groups.set(row.outcome, [...(groups.get(row.outcome) ?? []), row])
  return [...groups].flatMap(([outcome, all]) => {
    const shown = outcome === 'opens' ? all.slice(0, NAMED_OPEN) : all
    const rest = all.length - shown.length
    return [
      `${OUTCOMES[outcome]}: ${all.length}`,
      ...shown.map((row) => `  ${accountOf(row.account.name)}  ${howOf(row)}`.trimEnd()),
      ...(rest > 0 ? [`  and ${rest} more`] : []),
    ]
  })
}

type HelpStep = Response<'whatif.bestSteps'>['steps'][number]
const MENDS: Readonly<Record<HelpStep['mend'], string>> = {
  'register-key': 'register a key that is there already',
  'back-up': 'make a backup, and keep it away from this computer',
  'add-slot': 'add another way into the vault',
  'add-device': 'add another device',
  'set-contact': 'give it a contact that can be reached',
  'confirm-contact': 'confirm that its contact is reached',
  'print-codes': 'print its recovery codes',
  settle: 'say what is not known yet',
}

const stepLine = ({ mend, account, uses }: HelpStep) =>
  `What helps most: ${[MENDS[mend], uses && `(${nameOf(uses)})`, account && `for ${accountOf(account.name)}`].filter(Boolean).join(' ')}`

/** Open ones first, then what was closed, each newest first. */
export function listCases(app: CliApp): Answer {
  const cases = Object.values(app.state('cases', {})).toSorted(
    (a, b) => Number(a.closedAt !== undefined) - Number(b.closedAt !== undefined) || b.openedAt - a.openedAt,
  )
  return { text: cases.map(caseLine).join('\n') || 'No cases.', json: { cases } }
}

function caseLine({ kind, identity, device, outcome, steps, openedAt }: CaseView): string {
  const step = steps.find(({ state }) => state === 'now')?.step
  const about = [device?.name, `${identity.name} (${identity.account})`].filter(Boolean).join(', ')
  const day = new Date(openedAt).toISOString().slice(0, 10)
  return `${day}  ${kind.padEnd(9)} ${about}: ${outcome ?? `at “${step ?? 'end'}”`}`
}
