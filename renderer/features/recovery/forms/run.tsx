/** What the program does when told to, or with a touch of a key; the name of what it makes may be changed first. */
import { useState } from 'react'
import { step as words } from '../../../i18n/recovery.ts'
import { TextField } from '../../../ui/index.ts'
import { nameFault } from '../look.ts'
import type { FormProps } from '../form-props.ts'
import { StepActions } from './shared.tsx'

export function RunForm({ ask, step, answering, ways }: FormProps<'run' | 'touch'>) {
  const [name, setName] = useState(ask.name?.initial ?? '')
  const fault = ask.name ? nameFault(name) : undefined
  const done = (touch?: 'page' | 'key') =>
    answering.answer({ form: 'done', ...(ask.name ? { name: name.trim() } : {}), ...(touch ? { touch } : {}) })
  const [, second] = ask.form === 'touch' ? ask.ways : []
  const isTaken = step.trouble?.code === 'name-taken' && step.trouble.facts['name'] === name.trim()
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault()
        if (fault === undefined) done()
      }}
    >
      {ask.name && (
        <div className="lk-step-fields">
          <TextField
            label={words.name}
            help={words.nameHelp}
            maxLength={ask.name.maxLength}
            value={name}
            disabled={answering.isBusy}
            onChange={(next) => {
              setName(next)
              answering.forget()
            }}
            error={
              answering.refusal('name') ??
              (fault === 'empty' ? words.nameEmpty : fault === 'letters' ? words.nameLetters : undefined)
            }
          />
        </div>
      )}
      <StepActions
        step={step}
        answering={answering}
        ways={ways}
        isReady={fault === undefined && !isTaken}
        isSubmit
        others={ask.others}
        instead={
          second && {
            label: words.touchHere[second],
            isReady: fault === undefined && !isTaken,
            onClick: () => done(second),
          }
        }
      />
    </form>
  )
}
