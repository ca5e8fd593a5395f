/** A new PIN, typed twice, its rules checked as it is typed. What was typed is let go as soon as it is sent. */
import { useState, type FormEvent } from 'react'
import type { KeyInfo, KeyRow } from '../../../shared/contract/index.ts'
import { pin as words } from '../../i18n/keys.ts'
import { Actions, Button, TextField, useToast } from '../../ui/index.ts'
import { normalPin, pinFault, pinsDiffer, type PinFault } from './pin-rules.ts'
import { useKeyCall } from './use-key-call.ts'

export interface PinFormProps {
  readonly row: KeyRow
  readonly pin: KeyInfo['pin']
  /** The key has rules of its own besides. */
  readonly hasPolicy: boolean
}

export function PinForm({ row, pin, hasPolicy }: PinFormProps) {
  const set = useKeyCall('keys.setPin')
  const change = useKeyCall('keys.changePin')
  const toast = useToast()
  const [current, setCurrent] = useState('')
  const [next, setNext] = useState('')
  const [again, setAgain] = useState('')
  const [isAsked, setAsked] = useState(false)
  const call = pin.isSet ? change : set
  const fault = pinFault(next, pin)
  const isSame = pin.isSet && next !== '' && normalPin(current) === normalPin(next)
  const differs = pinsDiffer(next, again) || (isAsked && normalPin(next) !== normalPin(again))
  const isReady =
    fault === undefined && !isSame && normalPin(next) === normalPin(again) && (!pin.isSet || current !== '')

  const submit = async (event: FormEvent) => {
    event.preventDefault()
    setAsked(true)
    if (!isReady || call.pending) return
    const typed = { current: normalPin(current), next: normalPin(next) }
    setCurrent('')
    setNext('')
    setAgain('')
    setAsked(false)
    if (pin.isSet) {
      if (await change.run({ key: row.id, pin: typed.current, newPin: typed.next })) toast(words.wasChanged)
    } else if (await set.run({ key: row.id, newPin: typed.next })) toast(words.wasSet)
  }
  const type = (put: (text: string) => void) => (text: string) => {
    put(text)
    call.reset()
  }
  const isOfCurrent = call.error?.code === 'pin-wrong'
  return (
    <form className="lk-pad lk-pin-form" onSubmit={(event) => void submit(event)} noValidate>
      <h3 className="vh">{pin.isSet ? words.changeTitle : words.setTitle}</h3>
      {pin.isSet && (
        <TextField
          type="password"
          label={words.current}
          value={current}
          onChange={type(setCurrent)}
          help={words.one}
          error={isOfCurrent ? call.fault : undefined}
        />
      )}
      <TextField
        type="password"
        label={words.next}
        value={next}
        onChange={type(setNext)}
        help={
          shortWords(next, fault, pin) ??
          `${words.rule(pin.minLength, pin.maxLength)}${hasPolicy ? ` ${words.policy}` : ''}`
        }
        error={isSame ? words.same : faultWords(fault, pin, isAsked)}
        ok={next !== '' && fault === undefined ? words.fits : undefined}
      />
      <TextField
        type="password"
        label={words.again}
        value={again}
        onChange={type(setAgain)}
        error={differs ? words.differs : isOfCurrent ? undefined : call.fault}
      />
      <Actions>
        <Button type="submit" variant="primary" isBusy={call.pending} disabled={!isReady && !call.pending}>
          {pin.isSet ? words.doChange : words.doSet}
        </Button>
      </Actions>
    </form>
  )
}

/** Too short is no fault while it is typed, but how far it is, is said. */
const shortWords = (typed: string, fault: PinFault | undefined, { minLength }: KeyInfo['pin']): string | undefined =>
  fault?.is === 'too-short' && typed !== '' ? words.tooShort(fault.have, minLength) : undefined

function faultWords(
  fault: PinFault | undefined,
  { minLength, maxLength }: KeyInfo['pin'],
  isAsked: boolean,
): string | undefined {
  switch (fault?.is) {
    case undefined:
      return undefined
    case 'too-short':
      return isAsked ? words.tooShort(fault.have, minLength) : undefined
    case 'too-long':
      return words.tooLong(maxLength!)
    case 'too-many-bytes':
      return words.tooManyBytes(fault.bytes)
    case 'ends-in-nul':
      return words.zero
  }
}
