/** A security key that opens the vault: named, made and proved; then the second one is offered, which is how it should be done. */
import { useState } from 'react'
import type { KeyThrough, Progress } from '../../../shared/contract/index.ts'
import { useCall } from '../../client/index.ts'
import { errorWords } from '../../i18n/errors.ts'
import { addKey as words } from '../../i18n/settings-keys.ts'
import { Button, Dialog, Help, KeyDrawing, Notice, ProgressLine, Select, Sheet, TextField } from '../../ui/index.ts'

type Step = Progress<'vault.addKey'>['step']
const STEPS: readonly Step[] = ['making', 'asking', 'comparing', 'saving']

export interface AddKeyDialogProps {
  readonly through: readonly KeyThrough[]
  /** Keys that open the vault already. */
  readonly present: number
  readonly onClose: () => void
}

export function AddKeyDialog({ through, present, onClose }: AddKeyDialogProps) {
  const { run, pending, progress, error, cancel, reset } = useCall('vault.addKey', { cancelOnUnmount: true })
  const [way, setWay] = useState<KeyThrough>(through[0] ?? 'key')
  const [count, setCount] = useState(present)
  const [name, setName] = useState(words.names[Math.min(present, 1)] ?? '')
  const [passphrase, setPassphrase] = useState('')
  const [done, setDone] = useState<string | undefined>(undefined)

  const add = async () => {
    try {
      await run({ passphrase, name, through: way })
      setDone(name.trim())
      setCount((before) => before + 1)
    } catch {
      // `error` has it; what was typed stays to be mended.
    }
  }
  const second = () => {
    setDone(undefined)
    setName(words.names[1])
    reset()
  }
  if (done !== undefined) return <Added name={done} count={count} onSecond={second} onClose={onClose} />

  const told = error?.code === 'cancelled' ? undefined : error
  const isOfPassphrase = told?.code === 'wrong-passphrase' || told?.code === 'try-later'
  const isOfName = told?.code === 'name-taken'
  const isSecond = count > 0
  return (
    <Sheet
      onClose={pending ? cancel : onClose}
      title={isSecond ? words.secondTitle : words.title}
      onSubmit={() => void add()}
      footer={
        <>
          <Button onClick={pending ? cancel : onClose}>{words.cancel}</Button>
          <Button type="submit" variant="primary" isBusy={pending} disabled={passphrase === '' || name.trim() === ''}>
            {words.go}
          </Button>
        </>
      }
    >
      {pending ? (
        <Making progress={progress} />
      ) : (
        <>
          <p className="muted">{isSecond ? words.secondWhy : words.why}</p>
          <TextField
            label={words.name}
            help={words.nameHelp}
            value={name}
            onChange={setName}
            takesFocus
            error={isOfName ? words.nameTaken : undefined}
          />
          {through.length > 1 && (
            <Select
              label={words.through}
              help={words.throughHelp}
              value={way}
              options={through.map((value) => ({ value, label: words.throughs[value] }))}
              onChange={setWay}
            />
          )}
          <TextField
            label={words.passphrase}
            type="password"
            autoComplete="current-password"
            value={passphrase}
            onChange={setPassphrase}
            error={isOfPassphrase ? errorWords(told) : undefined}
          />
          <Help tone="danger">{told && !isOfPassphrase && !isOfName ? errorWords(told) : undefined}</Help>
        </>
      )}
    </Sheet>
  )
}

function Making({ progress }: { progress: Progress<'vault.addKey'> | undefined }) {
  const { step = 'making', key } = progress ?? {}
  const isHand = key?.doing === 'touch' || key?.doing === 'finger'
  return (
    <div className="lk-add-key">
      <KeyDrawing shape="a" isWaiting={isHand} width={128} />
      <p role="status">{words.line(key) ?? words.steps[step]}</p>
      <ProgressLine label={words.steps[step]} tone="live" value={STEPS.indexOf(step) + 1} max={STEPS.length} />
    </div>
  )
}

function Added(props: { name: string; count: number; onSecond: () => void; onClose: () => void }) {
  const { name, count, onSecond, onClose } = props
  const isOnly = count === 1
  return (
    <Dialog
      isOpen
      onClose={onClose}
      title={words.title}
      footer={
        isOnly ? (
          <>
            <Button onClick={onClose}>{words.later}</Button>
            <Button variant="primary" data-autofocus onClick={onSecond}>
              {words.second}
            </Button>
          </>
        ) : (
          <Button variant="primary" data-autofocus onClick={onClose}>
            {words.finish}
          </Button>
        )
      }
    >
      <Notice tone="ok" title={words.done(name)} isNews>
        {words.doneMore}
      </Notice>
      {isOnly && <p>{words.one}</p>}
    </Dialog>
  )
}
