/** A file, kept on the key beside a passkey. It takes the place of what was there for that passkey. */
import { useId, useState } from 'react'
import type { Passkey } from '../../../shared/contract/index.ts'
import { toBase64url } from '../../../shared/kit/index.ts'
import { blobs as words } from '../../i18n/keys-advanced.ts'
import { Button, Sheet, Help, Notice, Select } from '../../ui/index.ts'
import { ownerText } from './look.ts'

export interface WriteBlobDialogProps {
  readonly passkeys: readonly Passkey[]
  /** The passkey it is for, where that is settled. */
  readonly preset: string | undefined
  readonly maxBytes: number
  readonly isBusy: boolean
  readonly fault: string | undefined
  readonly onWrite: (credentialId: string, data: string) => void
  readonly onClose: () => void
}

export function WriteBlobDialog(props: WriteBlobDialogProps) {
  const { passkeys, preset, maxBytes, isBusy, fault, onWrite, onClose } = props
  const [credentialId, setCredentialId] = useState(preset ?? passkeys[0]?.credentialId ?? '')
  const [file, setFile] = useState<{ readonly name: string; readonly bytes: Uint8Array } | undefined>(undefined)
  const id = useId()
  const isTooLarge = file !== undefined && file.bytes.length > maxBytes
  const isReady = credentialId !== '' && file !== undefined && !isTooLarge
  const choose = async (chosen: File | undefined) => {
    if (!chosen) return
    // What is far too large is not read.
    const bytes = new Uint8Array(await chosen.slice(0, maxBytes + 1).arrayBuffer())
    setFile({ name: chosen.name, bytes })
  }
  return (
    <Sheet
      onClose={onClose}
      title={words.addTitle}
      onSubmit={() => {
        if (isReady && !isBusy) onWrite(credentialId, toBase64url(file.bytes))
      }}
      footer={
        <>
          <Button onClick={onClose}>{words.cancel}</Button>
          <Button type="submit" variant="primary" isBusy={isBusy} disabled={!isReady}>
            {words.go}
          </Button>
        </>
      }
    >
      {passkeys.length === 0 ? (
        <Notice>{words.needPasskeys}</Notice>
      ) : (
        <Select
          label={words.forPasskey}
          value={credentialId}
          onChange={setCredentialId}
          isDisabled={preset !== undefined}
          options={passkeys.map((passkey) => ({ value: passkey.credentialId, label: ownerText(passkey) }))}
        />
      )}
      <div className="lk-file">
        <label className="lk-btn" htmlFor={id}>
          {words.chooseFile}
        </label>
        <input id={id} className="vh" type="file" onChange={(event) => void choose(event.currentTarget.files?.[0])} />
        {file && <span className="muted clip">{words.chosen(file.name, file.bytes.length)}</span>}
      </div>
      <Help tone="danger">{isTooLarge ? words.tooLarge(maxBytes) : fault}</Help>
    </Sheet>
  )
}
