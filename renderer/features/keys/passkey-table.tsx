/** Rows of passkeys. A long list is drawn only as far as it is seen. */
import { useVirtualizer } from '@tanstack/react-virtual'
import { useRef, type ReactNode } from 'react'
import type { Can, Passkey, Twin } from '../../../shared/contract/index.ts'
import { keyCannotWords } from '../../i18n/errors.ts'
import { passkeys as words } from '../../i18n/keys.ts'
import { Checkbox, Menu, State, Table, Tile, What, type Tone } from '../../ui/index.ts'
import { onSpare, siteName, userOf } from './look.ts'

/** Beyond this only those in view are drawn. */
const MOST_DRAWN = 100
const ROW_HEIGHT = 40
const OVERSCAN = 4

export interface PasskeyTableProps {
  readonly label: string
  readonly list: readonly Passkey[]
  readonly twin: Twin | undefined
  readonly now: number
  /** Why nothing on it can be changed now. */
  readonly whyNot: string | undefined
  readonly whyNotRename: Can | undefined
  /** While several are being chosen. */
  readonly chosen: ReadonlySet<string> | undefined
  readonly onChoose: (id: string) => void
  readonly onRename: (passkey: Passkey) => void
  readonly onDelete: (passkey: Passkey) => void
}

export function PasskeyTable(props: PasskeyTableProps) {
  const { label, list, twin } = props
  const columns = [
    { key: 'site', label: words.columns.site },
    { key: 'user', label: words.columns.user, className: 'c-user' },
    ...(twin ? [{ key: 'twin', label: words.columns.twin, className: 'c-twin' }] : []),
    { key: 'act', label: words.columns.act, className: 'c-act' },
  ]
  const table = (rows: ReactNode) => (
    <Table label={label} columns={columns} isHeadHidden>
      {rows}
    </Table>
  )
  if (list.length <= MOST_DRAWN)
    return table(list.map((passkey) => <PasskeyRow key={passkey.credentialId} passkey={passkey} {...props} />))
  return <ManyRows {...props} columnCount={columns.length} table={table} />
}

type ManyRowsProps = PasskeyTableProps & {
  readonly columnCount: number
  readonly table: (rows: ReactNode) => ReactNode
}

function ManyRows({ table, columnCount, ...props }: ManyRowsProps) {
  const { list } = props
  const scroll = useRef<HTMLDivElement>(null)
  // oxlint-disable-next-line react/incompatible-library -- its functions are not handed on, and the list is drawn anew by it
  const virtual = useVirtualizer({
    count: list.length,
    getScrollElement: () => scroll.current,
    estimateSize: () => ROW_HEIGHT,
    getItemKey: (at) => list[at]!.credentialId,
    overscan: OVERSCAN,
  })
  const inView = virtual.getVirtualItems()
  const before = inView[0]?.start ?? 0
  const after = virtual.getTotalSize() - (inView.at(-1)?.end ?? 0)
  return (
    <div ref={scroll} className="lk-many">
      {table(
        <>
          <Gap height={before} span={columnCount} />
          {inView.map(({ index }) => (
            <PasskeyRow
              key={list[index]!.credentialId}
              passkey={list[index]!}
              index={index}
              measure={virtual.measureElement}
              {...props}
            />
          ))}
          <Gap height={after} span={columnCount} />
        </>,
      )}
    </div>
  )
}

/** The room of rows that are not drawn. */
function Gap({ height, span }: { height: number; span: number }) {
  if (height <= 0) return null
  return (
    <tr className="is-gap" aria-hidden="true" style={{ height }}>
      {/* oxlint-disable-next-line jsx-a11y/control-has-associated-label -- it is room, and hidden from readers */}
      <td colSpan={span} />
    </tr>
  )
}

type PasskeyRowProps = PasskeyTableProps & {
  readonly passkey: Passkey
  /** Its place among all, where not all are drawn. */
  readonly index?: number
  readonly measure?: (row: HTMLTableRowElement | null) => void
}

function PasskeyRow({ passkey, index, measure, ...props }: PasskeyRowProps) {
  const { twin, whyNot, whyNotRename, chosen, onChoose, onRename, onDelete } = props
  const { credentialId, rpId } = passkey
  const user = userOf(passkey)
  const site = <span className="clip">{rpId}</span>
  return (
    <tr ref={measure} data-index={index} aria-rowindex={index === undefined ? undefined : index + 2}>
      <td title={rpId}>
        {chosen === undefined ? (
          <What tile={<Tile name={siteName(rpId)} size="sm" />}>{rpId}</What>
        ) : (
          <span className="what lk-choose">
            <Checkbox
              label={
                <>
                  {site}
                  <span className="vh">{words.choose('', user)}</span>
                </>
              }
              isChecked={chosen.has(credentialId)}
              onChange={() => onChoose(credentialId)}
            />
          </span>
        )}
      </td>
      <td className="c-user clip muted" title={user}>
        {user === '' ? <span className="faint">{words.userless}</span> : user}
      </td>
      {twin && (
        <td className="c-twin">
          <SpareState state={onSpare(twin, passkey)} />
        </td>
      )}
      <td className="c-act">
        <Menu
          label={words.menu(rpId, user)}
          entries={[
            {
              key: 'rename',
              label: words.rename,
              icon: 'edit',
              why: whyNot ?? (whyNotRename && !whyNotRename.can ? keyCannotWords(whyNotRename.reason) : undefined),
              onSelect: () => onRename(passkey),
            },
            {
              key: 'delete',
              label: words.remove,
              icon: 'bin',
              isDanger: true,
              why: whyNot,
              onSelect: () => onDelete(passkey),
            },
          ]}
        />
      </td>
    </tr>
  )
}

const TONES: Readonly<Record<'yes' | 'no' | 'ticked' | 'unknown', Tone>> = {
  yes: 'ok',
  ticked: 'ok',
  no: 'warn',
  unknown: 'plain',
}

function SpareState({ state }: { state: keyof typeof TONES | undefined }) {
  if (state === undefined) return <span className="faint">{words.onSpare.unknown}</span>
  return (
    <State tone={TONES[state]}>
      <span className={state === 'no' ? undefined : 'muted'}>{words.onSpare[state]}</span>
    </State>
  )
}
