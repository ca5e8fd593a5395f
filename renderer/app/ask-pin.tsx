/** The PIN of a key, asked over a call: how many tries are left stands there before anything is typed. */
import { useState } from 'react'
import type { AskDialogProps } from '../client/index.ts'
import { pinAsk as words } from '../i18n/keys.ts'
import { Button, Dialog, Notice, TextField } from '../ui/index.ts'

/** In code points (CTAP 2.1 §6.5.1). */
const SHORTEST = 4

export function AskPin({ ask, answer, dismiss }: AskDialogProps<'pin'>) {
  const [pin, setPin] = useState('')
  const { keyName, retries, wasWrong, minLength } = ask
  const normal = pin.normalize('NFC')
  // One that was set before the key wanted longer ones is still its PIN.
  const isReady = [...normal].length >= Math.min(minLength, SHORTEST)
  const send = () => {
    // The dialog leaves with its answer, and what was typed with it.
    if (isReady) answer({ pin: normal })
  }
  const left = retries === undefined ? words.leftUnknown : words.left(retries)
  return (
    <Dialog
      isOpen
      onClose={dismiss}
      title={words.title(keyName)}
      onSubmit={send}
      footer={
        <>
          <Button onClick={dismiss}>{words.cancel}</Button>
          <Button type="submit" variant="primary" disabled={!isReady}>
            {words.go}
          </Button>
        </>
      }
    >
      {(wasWrong || retries === 1) && (
        <Notice tone="danger" title={wasWrong ? words.wrong(retries) : undefined} isNews>
          {retries === 1 && words.last}
        </Notice>
      )}
      <TextField
        type="password"
        label={words.label}
        value={pin}
        onChange={setPin}
        takesFocus
        data-autofocus
        help={pin !== '' && !isReady ? words.tooShort(SHORTEST) : `${left} ${words.kept}`}
      />
    </Dialog>
  )
}
