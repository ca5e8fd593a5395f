/** One identity: who and where, how many of its eight places are taken, its contacts, its devices, and what to see to. */
import type { CaseView, IdentityRow } from '../../../shared/contract/index.ts'
import { DEVICE_TYPES, MAX_DEVICES, type BackendKind } from '../../../shared/domain/device.ts'
import { accountLine, devices as words, reasonWords } from '../../i18n/devices.ts'
import { Button, Card, CardHead, EightBar, Table, Tile } from '../../ui/index.ts'
import { CardWarnings } from './card-warnings.tsx'
import { ContactLine } from './contact-line.tsx'
import { DeviceLine } from './device-row.tsx'
import { eightCounts, type Shown } from './look.ts'
import type { DeviceActions } from './device-actions.ts'

export interface IdentityCardProps {
  readonly shown: Shown
  readonly all: readonly IdentityRow[]
  /** Open cases about this identity. */
  readonly cases: readonly CaseView[]
  readonly kind: BackendKind | undefined
  /** Of its heading: 3 under the name of a backend. */
  readonly level: 2 | 3
  readonly now: number
  readonly actions: DeviceActions
}

const columns = [
  { key: 'device', label: words.columns.device },
  { key: 'serial', label: words.columns.serial, className: 'c-serial' },
  { key: 'health', label: words.columns.health, className: 'c-health' },
  { key: 'last', label: words.columns.last, className: 'c-last' },
  { key: 'act', label: words.columns.act, className: 'c-act' },
]

export function IdentityCard({ shown, all, cases, kind, level, now, actions }: IdentityCardProps) {
  const { row } = shown
  const { identity } = row
  const barred = whyNotRegister(row)
  return (
    <Card label={`${identity.name}, ${identity.account}`}>
      <CardHead
        level={level}
        tile={<Tile icon={identity.kind === 'root' ? 'root' : 'user'} />}
        title={identity.name}
        meta={accountLine(identity, kind)}
      >
        <EightBar label={words.used(row.devices.length, MAX_DEVICES)} {...eightCounts(row)} />
        <Button
          icon="plus"
          aria-label={words.registerFor(identity.name)}
          why={barred}
          isBusy={actions.isOpening || undefined}
          onClick={() => actions.open({ kind: 'register', identity: row.ref })}
        >
          <span className="not-mid">{words.register}</span>
        </Button>
      </CardHead>
      {row.contacts && <ContactLine row={row} now={now} onOpen={() => actions.onDialog({ is: 'contacts', row })} />}
      {shown.devices.length > 0 && (
        <Table label={words.table(identity.name)} columns={columns} isHeadHidden>
          {shown.devices.map((device) => (
            <DeviceLine key={device.id} row={row} device={device} all={all} now={now} actions={actions} />
          ))}
        </Table>
      )}
      <CardWarnings row={row} cases={cases} actions={actions} />
    </Card>
  )
}

/** Why no kind of device at all can be registered now. */
function whyNotRegister({ can }: IdentityRow): string | undefined {
  const kinds = DEVICE_TYPES.map((type) => can.register[type])
  const first = kinds[0]
  return first && kinds.every((able) => !able.can) && !first.can ? reasonWords(first.reason) : undefined
}
