/** Offers the backup dialog of the frame. A backup made since the device was enabled counts; it may be put off. */
import { useTopic } from '../../../client/index.ts'
import { step as words } from '../../../i18n/recovery.ts'
import { Actions, Button, Help } from '../../../ui/index.ts'
import type { FormProps } from '../form-props.ts'

export function BackupForm({ view, answering, ways }: FormProps<'backup'>) {
  const vault = useTopic('vault').state
  const madeAt = vault?.state === 'unlocked' ? vault.lastBackupAt : undefined
  const enabledAt = Math.max(0, ...view.steps.map(({ doneAt }) => doneAt ?? 0))
  const isMade = madeAt !== undefined && madeAt >= enabledAt
  const { answer, isBusy, other } = answering
  return (
    <>
      {isMade && <Help tone="ok">{words.backedUp(madeAt)}</Help>}
      <Actions>
        {/* One button all along: the dialog gives the focus back to it. */}
        <Button
          variant="primary"
          icon={isMade ? undefined : 'save'}
          isBusy={(isBusy && other === undefined) || undefined}
          onClick={isMade ? () => answer({ form: 'done' }) : ways.onBackup}
        >
          {isMade ? words.goOn : words.backUp}
        </Button>
        {!isMade && (
          <Button
            variant="ghost"
            isBusy={(isBusy && other !== undefined) || undefined}
            onClick={() => answer({ form: 'done', other: 'later' })}
          >
            {words.later}
          </Button>
        )}
      </Actions>
    </>
  )
}
