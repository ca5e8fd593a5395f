/** Other words for the account of a passkey: only what the key shows changes. */
import { useState } from 'react'
import type { KeyRow, Passkey } from '../../../shared/contract/index.ts'
import { passkeys as words } from '../../i18n/keys.ts'
import { Button, Sheet, TextField, useToast } from '../../ui/index.ts'
import { useKeyCall } from './use-key-call.ts'
import { Waiting } from './waiting.tsx'

/** What a key must keep of a name (CTAP 2.1 §6.8, WebAuthn §5.4.3); more may be cut off by it. */
const MAX_BYTES = 64
const isTooLong = (text: string) => new TextEncoder().encode(text).length > MAX_BYTES

export function RenamePasskeyDialog({ row, passkey, onClose }: { row: KeyRow; passkey: Passkey; onClose: () => void }) {
  const rename = useKeyCall('keys.renamePasskey')
  const toast = useToast()
  const { credentialId, rpId, userName = '', displayName = '' } = passkey
  const [user, setUser] = useState(userName)
  const [display, setDisplay] = useState(displayName)
  const isChanged = user.trim() !== userName || display.trim() !== displayName
  const isReady = isChanged && !isTooLong(user.trim()) && !isTooLong(display.trim())
  const save = async () => {
    if (!isReady || rename.pending) return
    const done = await rename.run({
      key: row.id,
      credentialId,
      userName: user.trim(),
      displayName: display.trim(),
    })
    if (!done) return
    toast(words.renamed(rpId))
    onClose()
  }
  return (
    <Sheet
      onClose={rename.pending ? rename.cancel : onClose}
      title={words.renameTitle(rpId)}
      onSubmit={() => void save()}
      footer={
        <>
          <Button onClick={rename.pending ? rename.cancel : onClose}>{words.cancel}</Button>
          <Button type="submit" variant="primary" isBusy={rename.pending} disabled={!isReady}>
            {words.save}
          </Button>
        </>
      }
    >
      <p className="muted">{words.renameWhy}</p>
      <TextField
        label={words.user}
        value={user}
        onChange={(text) => {
          setUser(text)
          rename.reset()
        }}
        takesFocus
        error={isTooLong(user.trim()) ? words.tooLong : undefined}
      />
      <TextField
        label={words.display}
        value={display}
        onChange={(text) => {
          setDisplay(text)
          rename.reset()
        }}
        error={isTooLong(display.trim()) ? words.tooLong : rename.fault}
      />
      {rename.pending && rename.progress && <Waiting row={row} progress={rename.progress} onCancel={rename.cancel} />}
    </Sheet>
  )
}
