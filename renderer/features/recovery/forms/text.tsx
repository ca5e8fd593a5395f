/** A line of text, so far always a serial number, checked as it is typed. */
import { useState } from 'react'
import { step as words } from '../../../i18n/recovery.ts'
import { TextField } from '../../../ui/index.ts'
import { plainSerial, serialFault } from '../look.ts'
import type { FormProps } from '../form-props.ts'
import { StepActions } from './shared.tsx'

export function TextForm({ ask, step, answering, ways }: FormProps<'text'>) {
  const [typed, setTyped] = useState(ask.initial)
  const isSerial = ask.field === 'serial'
  const text = isSerial ? plainSerial(typed) : typed.trim()
  const fault = isSerial ? serialFault(typed) : text === '' ? 'empty' : undefined
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault()
        if (fault === undefined) answering.answer({ form: 'text', text })
      }}
    >
      <div className="lk-step-fields">
        <TextField
          label={isSerial ? words.serial : words.text}
          help={isSerial ? words.serialHelp : undefined}
          isMono={isSerial}
          // Room for the spaces it is printed with, which are not sent.
          maxLength={isSerial ? ask.maxLength * 2 : ask.maxLength}
          value={typed}
          onChange={(next) => {
            setTyped(next)
            answering.forget()
          }}
          error={answering.refusal(ask.field, 'text') ?? (fault === 'letters' ? words.serialLetters : undefined)}
        />
      </div>
      <StepActions step={step} answering={answering} ways={ways} isReady={fault === undefined} isSubmit />
    </form>
  )
}
