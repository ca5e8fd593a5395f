/** Importing: a file, a picture or links; its password where it has one; a verdict for each entry; then what was chosen. */
import { useEffect, useId, useRef, useState } from 'react'
import type { ImportChoice, ImportRow, Response } from '../../../../shared/contract/index.ts'
import { contractErrorOf, useCall, useClient } from '../../../client/index.ts'
import { errorWords } from '../../../i18n/errors.ts'
import { imports as words } from '../../../i18n/transfer.ts'
import { Button, cx, Dialog, Help, Notice, ProgressLine, TextArea, TextField, useToast } from '../../../ui/index.ts'
import { ImportRows } from './import-rows.tsx'
import { sourceOf, type ImportSource, type SourceFault } from './import-source.ts'

export interface ImportDialogProps {
  /** Dropped on the page. */
  readonly file?: File | undefined
  readonly onClose: () => void
}

export function ImportDialog({ file, onClose }: ImportDialogProps) {
  const [found, setFound] = useState<Response<'import.read'> | undefined>(undefined)
  const client = useClient()
  // A preview holds every seed of the file: it goes with its dialog.
  useEffect(() => {
    if (!found) return
    const { preview } = found
    return () => void client.call('import.drop', { preview }).catch(() => undefined)
  }, [client, found])
  return found ? (
    <Choosing found={found} onBack={() => setFound(undefined)} onClose={onClose} />
  ) : (
    <Reading file={file} onFound={setFound} onClose={onClose} />
  )
}

interface ReadingProps {
  readonly file: File | undefined
  readonly onFound: (found: Response<'import.read'>) => void
  readonly onClose: () => void
}

const OF_PASSWORD: ReadonlySet<string> = new Set(['import-password-needed', 'import-wrong-password'])

function Reading({ file, onFound, onClose }: ReadingProps) {
  const read = useCall('import.read', { cancelOnUnmount: true })
  const [source, setSource] = useState<ImportSource | undefined>(undefined)
  const [name, setName] = useState<string | undefined>(undefined)
  const [fault, setFault] = useState<SourceFault | undefined>(undefined)
  const [text, setText] = useState('')
  const [password, setPassword] = useState('')
  const [isLocked, setLocked] = useState(false)
  const given = useRef(file)

  const look = async (from: ImportSource, withPassword?: string) => {
    try {
      onFound(await read.run({ source: from, ...(withPassword === undefined ? {} : { password: withPassword }) }))
    } catch (error) {
      if (OF_PASSWORD.has(contractErrorOf(error).code)) setLocked(true)
    }
  }
  const choose = async (chosen: File | undefined) => {
    if (!chosen) return
    read.reset()
    setLocked(false)
    setPassword('')
    setName(chosen.name)
    const made = await sourceOf(chosen)
    setFault(made.ok ? undefined : made.error)
    setSource(made.ok ? made.value : undefined)
    if (made.ok) await look(made.value)
  }
  const chooseFirst = useRef(choose)
  useEffect(() => {
    const first = given.current
    given.current = undefined
    if (first) void chooseFirst.current(first)
  }, [])

  const isOfPassword = read.error !== undefined && OF_PASSWORD.has(read.error.code)
  const pasted = text.trim()
  const next = pasted === '' ? source : { text: pasted }
  return (
    <Dialog
      isOpen
      onClose={onClose}
      title={words.title}
      onSubmit={() => next && void look(next, isLocked ? password : undefined)}
      footer={
        <>
          <Button onClick={onClose}>{words.cancel}</Button>
          <Button
            type="submit"
            variant="primary"
            isBusy={read.pending}
            disabled={!next || (isLocked && password === '')}
          >
            {words.look}
          </Button>
        </>
      }
    >
      <p className="muted">{words.why}</p>
      <FileDrop name={name} onChoose={(chosen) => void choose(chosen)} fault={fault} />
      {isLocked ? (
        <TextField
          label={words.password}
          type="password"
          autoComplete="off"
          value={password}
          onChange={setPassword}
          takesFocus
          error={read.error?.code === 'import-wrong-password' ? errorWords(read.error) : undefined}
          help={read.error?.code === 'import-password-needed' ? errorWords(read.error) : undefined}
        />
      ) : (
        <TextArea
          label={words.paste}
          help={words.pasteHelp}
          isMono
          value={text}
          onChange={(typed) => {
            setText(typed)
            read.reset()
          }}
        />
      )}
      {read.pending && <ProgressLine label={words.stages[read.progress?.stage ?? 'reading']} tone="live" />}
      <Help tone="danger">{read.error && !isOfPassword ? errorWords(read.error) : undefined}</Help>
    </Dialog>
  )
}

interface FileDropProps {
  readonly name: string | undefined
  readonly onChoose: (file: File | undefined) => void
  readonly fault: SourceFault | undefined
}

const FAULTS: Readonly<Record<SourceFault, string>> = { 'too-large': words.tooLarge, 'no-code': words.noCode }

function FileDrop({ name, onChoose, fault }: FileDropProps) {
  const id = useId()
  const [isOver, setOver] = useState(false)
  return (
    <div
      className={cx('lk-picture-drop', isOver && 'is-over')}
      onDragOver={(event) => {
        event.preventDefault()
        setOver(true)
      }}
      onDragLeave={() => setOver(false)}
      onDrop={(event) => {
        event.preventDefault()
        event.stopPropagation()
        setOver(false)
        onChoose(event.dataTransfer.files[0])
      }}
    >
      <input
        id={id}
        className="vh"
        type="file"
        onChange={(event) => {
          const file = event.currentTarget.files?.[0]
          event.currentTarget.value = ''
          onChoose(file)
        }}
      />
      <label htmlFor={id} className="lk-btn">
        <span className="clip">{name ?? words.choose}</span>
      </label>
      <Help tone={fault ? 'danger' : 'plain'}>{fault ? FAULTS[fault] : words.drop}</Help>
    </div>
  )
}

interface ChoosingProps {
  readonly found: Response<'import.read'>
  readonly onBack: () => void
  readonly onClose: () => void
}

function Choosing({ found, onBack, onClose }: ChoosingProps) {
  const apply = useCall('import.apply')
  const undo = useUndo()
  const toast = useToast()
  const [choices, setChoices] = useState<ReadonlyMap<number, ImportChoice>>(new Map())
  const { preview, rows, batches } = found
  const count = (wanted: ImportChoice) =>
    rows.filter((row: ImportRow, at) => (choices.get(at) ?? row.proposed) === wanted).length
  const [adds, changes] = [count('add'), count('change')]
  const go = async () => {
    try {
      const chosen = [...choices].map(([row, choice]) => ({ row, choice }))
      const { added, changed, undo: token } = await apply.run({ preview, choices: chosen })
      toast({
        tone: 'ok',
        text: words.done(added, changed),
        action: { label: words.undo, onSelect: () => undo(token) },
        stayMs: UNDO_OFFERED_MS,
      })
      onClose()
    } catch {
      // `apply.error` has it.
    }
  }
  return (
    <Dialog
      isOpen
      onClose={onClose}
      title={words.title}
      size="lg"
      isBusy={apply.pending}
      onSubmit={() => adds + changes > 0 && void go()}
      footer={
        <>
          <Button onClick={onClose}>{words.cancel}</Button>
          <Button onClick={onBack}>{words.back}</Button>
          <Button type="submit" variant="primary" isBusy={apply.pending} disabled={adds + changes === 0}>
            {words.go(adds, changes)}
          </Button>
        </>
      }
    >
      <p className="muted" role="status">
        {words.found(found)}
      </p>
      {batches && batches.missing.length > 0 && (
        <Notice tone="warn">{words.batches(batches.of, batches.missing)}</Notice>
      )}
      <ImportRows
        rows={rows}
        choices={choices}
        onChoose={(row, choice) => setChoices((before) => new Map(before).set(row, choice))}
      />
      <Help tone="danger">{apply.error ? errorWords(apply.error) : undefined}</Help>
    </Dialog>
  )
}

/** Long enough to look at the list. */
const UNDO_OFFERED_MS = 20_000

function useUndo(): (token: string) => void {
  const client = useClient()
  const toast = useToast()
  return (undo) => {
    client.call('import.undo', { undo }).then(
      () => toast(words.undone),
      (error: unknown) => toast({ tone: 'danger', text: errorWords(contractErrorOf(error)) }),
    )
  }
}
