/** Entries that were removed: put back, or deleted for good. */
import type { EntryRow } from '../../../shared/contract/index.ts'
import { useCall, useServerTime } from '../../client/index.ts'
import { bin as words } from '../../i18n/codes.ts'
import { errorWords } from '../../i18n/errors.ts'
import { when } from '../../i18n/format.ts'
import { Button, Dialog, Help, IconButton, Tile } from '../../ui/index.ts'
import { fullName, nameOf } from './actions.ts'

export function BinDialog({
  entries,
  onPutBack,
  onClose,
}: {
  entries: readonly EntryRow[]
  onPutBack: (id: string) => void
  onClose: () => void
}) {
  const deleteForGood = useCall('codes.deleteForGood')
  const now = useServerTime().now()
  const remove = (ids: string[]) => void deleteForGood.run({ ids }).catch(() => undefined)
  const { error } = deleteForGood
  return (
    <Dialog
      isOpen
      onClose={onClose}
      title={words.title}
      isBusy={deleteForGood.pending}
      footer={
        <>
          {entries.length > 0 && (
            <Button
              variant="danger-quiet"
              isBusy={deleteForGood.pending}
              onClick={() => remove(entries.map(({ id }) => id))}
            >
              {words.emptyBin}
            </Button>
          )}
          <Button variant="primary" onClick={onClose} data-autofocus>
            {words.close}
          </Button>
        </>
      }
    >
      {entries.length === 0 ? (
        <p className="muted">{words.empty}</p>
      ) : (
        <ul className="lk-bin">
          {entries.map((entry) => (
            <li key={entry.id}>
              <Tile name={nameOf(entry)} size="sm" />
              <div className="grow clip">
                {fullName(entry)}
                <div className="meta">{words.deleted(when(entry.deletedAt ?? 0, now))}</div>
              </div>
              <Button onClick={() => onPutBack(entry.id)}>{words.putBack}</Button>
              <IconButton
                icon="bin"
                label={`${words.deleteForGood}: ${nameOf(entry)}`}
                onClick={() => remove([entry.id])}
              />
            </li>
          ))}
        </ul>
      )}
      <Help tone="danger">{error && error.code !== 'not-confirmed' ? errorWords(error) : undefined}</Help>
    </Dialog>
  )
}
