/** What every form of an addition shares: its title, why it is asked, the fault, its buttons. */
import type { ReactNode } from 'react'
import { form as words } from '../../i18n/whatif-told.ts'
import { Button, Dialog, Notice } from '../../ui/index.ts'
import type { Say } from './use-say.ts'

interface SayFormProps {
  readonly title: string
  readonly why: string
  readonly say: Say
  readonly isReady: boolean
  readonly onSave: () => void
  readonly onClose: () => void
  /** On its button, where it does not note anything. */
  readonly go?: string
  readonly children: ReactNode
}

export function SayForm({ title, why, say, isReady, onSave, onClose, go = words.save, children }: SayFormProps) {
  const save = () => {
    if (isReady && !say.isBusy) onSave()
  }
  return (
    <Dialog
      isOpen
      onClose={onClose}
      title={title}
      onSubmit={save}
      footer={
        <>
          <Button onClick={onClose}>{words.cancel}</Button>
          <Button type="submit" variant="primary" isBusy={say.isBusy} disabled={!isReady}>
            {go}
          </Button>
        </>
      }
    >
      <p className="muted">{why}</p>
      <div className="lk-say-fields">{children}</div>
      {say.error !== undefined && (
        <div className="lk-trouble">
          <Notice tone="danger" isNews>
            {say.error}
          </Notice>
        </div>
      )}
    </Dialog>
  )
}
