/** What an entry is called, its tags and note. Its secret can't be edited: another secret is another entry. */
import { useState } from 'react'
import type { EntryRow } from '../../../shared/contract/index.ts'
import { useCall } from '../../client/index.ts'
import { add, edit as words } from '../../i18n/codes.ts'
import { errorWords } from '../../i18n/errors.ts'
import { Button, Checkbox, Dialog, Help, TextArea, TextField } from '../../ui/index.ts'

export function EditDialog({ entry, onClose }: { entry: EntryRow; onClose: () => void }) {
  const update = useCall('codes.update')
  const [issuer, setIssuer] = useState(entry.issuer)
  const [account, setAccount] = useState(entry.account)
  const [tags, setTags] = useState(entry.tags.join(', '))
  const [note, setNote] = useState(entry.note)
  const [favourite, setFavourite] = useState(entry.favourite)
  const [hidden, setHidden] = useState(entry.hidden)
  const save = async () => {
    try {
      await update.run({
        id: entry.id,
        issuer,
        account,
        note,
        favourite,
        hidden,
        tags: tags
          .split(',')
          .map((tag) => tag.trim())
          .filter(Boolean),
      })
      onClose()
    } catch {
      // `update.error` has it; what was typed stays.
    }
  }
  return (
    <Dialog
      isOpen
      onClose={onClose}
      title={words.title}
      isBusy={update.pending}
      onSubmit={() => void save()}
      footer={
        <>
          <Button onClick={onClose}>{words.cancel}</Button>
          <Button type="submit" variant="primary" isBusy={update.pending}>
            {words.save}
          </Button>
        </>
      }
    >
      <TextField label={add.issuer} value={issuer} onChange={setIssuer} maxLength={256} takesFocus />
      <TextField label={add.account} value={account} onChange={setAccount} maxLength={256} />
      <TextField label={words.tags} help={words.tagsHelp} value={tags} onChange={setTags} />
      <TextArea label={words.note} value={note} onChange={setNote} maxLength={4000} />
      <Checkbox label={words.favourite} isChecked={favourite} onChange={setFavourite} />
      <Checkbox label={words.hidden} isChecked={hidden} onChange={setHidden} />
      <Help tone="danger">{update.error ? errorWords(update.error) : undefined}</Help>
    </Dialog>
  )
}
