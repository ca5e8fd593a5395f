/** Older copies of the vault that a changed or removed way in still opens, offered for deletion. */
import type { Response } from '../../../shared/contract/index.ts'
import { useCall } from '../../client/index.ts'
import { errorWords } from '../../i18n/errors.ts'
import { atDayTime } from '../../i18n/format.ts'
import { passphrase as words } from '../../i18n/settings.ts'
import { Button, Dialog, Help } from '../../ui/index.ts'

interface SnapshotsLeftProps {
  readonly title: string
  readonly snapshots: Response<'vault.changePassphrase'>['snapshots']
  readonly onClose: () => void
}

export function SnapshotsLeft({ title, snapshots, onClose }: SnapshotsLeftProps) {
  const { run, pending, error } = useCall('vault.deleteSnapshots')
  const remove = async () => {
    try {
      await run({ ids: snapshots.map(({ id }) => id) })
      onClose()
    } catch {
      // `error` has it.
    }
  }
  return (
    <Dialog
      isOpen
      onClose={onClose}
      title={title}
      isBusy={pending}
      footer={
        <>
          <Button onClick={onClose}>{words.keepThem}</Button>
          <Button variant="danger" isBusy={pending} onClick={() => void remove()}>
            {words.deleteThem}
          </Button>
        </>
      }
    >
      <p>
        {words.snapshots(snapshots.length)} <span className="muted">{words.snapshotsMore}</span>
      </p>
      <ul className="lk-verdicts">
        {snapshots.map(({ id, savedAt }) => (
          <li key={id} className="num">
            {atDayTime(savedAt)}
          </li>
        ))}
      </ul>
      <Help tone="danger">{error && error.code !== 'not-confirmed' ? errorWords(error) : undefined}</Help>
    </Dialog>
  )
}
