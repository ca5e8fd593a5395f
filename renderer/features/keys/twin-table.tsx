/** What the first key opens, a row each: whether the spare does too, and what would make it. */
import type { IdentityRef, KeyRow, Twin, TwinRow } from '../../../shared/contract/index.ts'
import { twin as words } from '../../i18n/keys-twin.ts'
import { Button, Checkbox, Empty, Notice, State, Table, Tile, What, type Tone } from '../../ui/index.ts'
import { findKey, isPlugged, siteName, tallyOf, type KeysState } from './look.ts'
import { useKeyCall } from './use-key-call.ts'
import { Waiting } from './waiting.tsx'

export interface TwinTableProps {
  readonly twin: Twin
  readonly state: KeysState
  readonly now: number
  readonly onRegister: (identity: IdentityRef) => void
}

const columns = [
  { key: 'what', label: words.columns.what },
  { key: 'spare', label: words.columns.spare, className: 'c-onspare' },
  { key: 'act', label: words.columns.act, className: 'c-do' },
]

export function TwinTable({ twin, state, now, onRegister }: TwinTableProps) {
  const read = useKeyCall('keys.readPasskeys')
  const tick = useKeyCall('keys.tickTwin')
  const { firstId, spareId, firstName, spareName, firstAsOf, spareAsOf, rows } = twin
  const first = findKey(state, firstId)
  const spare = findKey(state, spareId)
  const { lacks, unknown, of } = tallyOf(twin)
  const busyRow = read.pending && read.progress?.doing === 'touch' ? (spare ?? first) : (spare ?? first)
  const fault = read.fault ?? tick.fault
  const readNow = (row: KeyRow) => void read.run({ key: row.id })
  return (
    <>
      <div className="lk-twin-read">
        <Reading name={firstName} row={first} at={firstAsOf} now={now} isBusy={read.pending} onRead={readNow} />
        <Reading name={spareName} row={spare} at={spareAsOf} now={now} isBusy={read.pending} onRead={readNow} />
      </div>
      {read.pending && busyRow && <Waiting row={busyRow} progress={read.progress} onCancel={read.cancel} />}
      {fault !== undefined && (
        <Notice tone="danger" isNews>
          {fault}
        </Notice>
      )}
      {rows.length === 0 ? (
        <Empty isBare title={words.empty}>
          {words.emptyMore}
        </Empty>
      ) : (
        <>
          <p role="status">{words.tally(lacks, unknown, of)}</p>
          <div className="lk-twin-table">
            <Table label={words.table} columns={columns}>
              {rows.map((row) => (
                <TwinLine
                  key={row.id}
                  row={row}
                  now={now}
                  onRegister={onRegister}
                  onTick={(isDone) => void tick.run({ first: firstId, spare: spareId, row: row.id, isDone })}
                />
              ))}
            </Table>
          </div>
        </>
      )}
    </>
  )
}

interface ReadingProps {
  readonly name: string
  readonly row: KeyRow | undefined
  readonly at: number | undefined
  readonly now: number
  readonly isBusy: boolean
  readonly onRead: (row: KeyRow) => void
}

/** How old what is known of one of the two is, and the way to read it anew. */
function Reading({ name, row, at, now, isBusy, onRead }: ReadingProps) {
  const isHere = row !== undefined && isPlugged(row)
  return (
    <div>
      <span className="grow clip" title={name}>
        {words.firstRead(name, at, now)}
      </span>
      <Button
        aria-label={words.readOf(name)}
        why={isHere ? undefined : words.plugFirst(name)}
        isBusy={isBusy || undefined}
        onClick={() => row && onRead(row)}
      >
        {words.read}
      </Button>
    </div>
  )
}

const TONES: Readonly<Record<TwinRow['onSpare'], Tone>> = { yes: 'ok', ticked: 'ok', no: 'warn', unknown: 'plain' }

interface TwinLineProps {
  readonly row: TwinRow
  readonly now: number
  readonly onRegister: (identity: IdentityRef) => void
  readonly onTick: (isDone: boolean) => void
}

function TwinLine({ row, now, onRegister, onTick }: TwinLineProps) {
  const { what, onSpare, how, drilledAt } = row
  const title = rowTitle(row)
  const name = what.is === 'passkey' ? what.rpId : what.identity
  return (
    <tr>
      <td title={title}>
        <What tile={<Tile name={what.is === 'passkey' ? siteName(name) : name} size="sm" />}>{title}</What>
      </td>
      <td className="c-onspare">
        <State tone={TONES[onSpare]}>
          {drilledAt === undefined ? words.onSpare[onSpare] : words.proved(drilledAt, now)}
        </State>
      </td>
      <td className="c-do">
        {onSpare !== 'yes' &&
          (how === 'program' && what.is === 'device' ? (
            <Button aria-label={words.registerAt(what.identity)} onClick={() => onRegister(what.identityRef)}>
              {words.register}
            </Button>
          ) : (
            <Checkbox
              label={
                <span title={words.atSite(name)}>
                  {words.tick}
                  <span className="vh">, {name}</span>
                </span>
              }
              isChecked={onSpare === 'ticked'}
              onChange={onTick}
            />
          ))}
      </td>
    </tr>
  )
}

export function rowTitle({ what }: Pick<TwinRow, 'what'>): string {
  return what.is === 'passkey'
    ? [what.rpId, what.user].filter(Boolean).join(', ')
    : [what.identity, what.account].filter(Boolean).join(', ')
}
