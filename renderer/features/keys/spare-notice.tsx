/** What would be lost with this key: how it stands with its spare, and the way to twin it. */
import type { KeyRow } from '../../../shared/contract/index.ts'
import { spare as words } from '../../i18n/keys.ts'
import { Button, Card, Notice } from '../../ui/index.ts'
import type { KeyActions } from './actions.ts'
import { labelOf, possibleSpare, tallyOf, twinOfFirst, twinOfSpare, type KeysState } from './look.ts'

export interface SpareNoticeProps {
  readonly row: KeyRow
  readonly state: KeysState
  readonly actions: KeyActions
}

export function SpareNotice({ row, state, actions }: SpareNoticeProps) {
  const twin = twinOfFirst(state.twins, row)
  const open = (label: string, isPrimary: boolean) => (
    <Button variant={isPrimary ? 'primary' : 'default'} onClick={() => actions.onTwin(row)}>
      {label}
    </Button>
  )
  if (twin) {
    const { lacks, unknown, of } = tallyOf(twin)
    if (of === 0) return null
    return (
      <Card>
        {lacks > 0 ? (
          <Notice tone="warn" icon="twin" title={words.lacks(lacks, of)} action={open(words.go, true)}>
            {words.lacksMore(twin.spareName)}
          </Notice>
        ) : unknown > 0 ? (
          <Notice icon="twin" title={words.unread(twin.spareName)} action={open(words.open, false)}>
            {words.unreadMore}
          </Notice>
        ) : (
          <Notice tone="ok" title={words.full(twin.spareName)} action={open(words.open, false)} />
        )}
      </Card>
    )
  }
  const first = twinOfSpare(state.twins, row)
  if (first)
    return (
      <Card>
        <Notice icon="twin" title={words.isSpare(first.firstName)} action={open(words.open, false)} />
      </Card>
    )
  const other = possibleSpare(state, row)
  const hasAnything = row.devices.length > 0 || (row.passkeys?.list.length ?? 0) > 0
  if (!other || !hasAnything) return null
  return (
    <Card>
      <Notice icon="twin" title={words.other(labelOf(other))} action={open(words.go, false)}>
        {words.otherMore}
      </Notice>
    </Card>
  )
}
