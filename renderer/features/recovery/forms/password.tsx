/** A new password, typed twice. Nothing of it is kept, here or anywhere. */
import { useState } from 'react'
import { step as words } from '../../../i18n/recovery.ts'
import { TextField } from '../../../ui/index.ts'
import { passwordState } from '../look.ts'
import type { FormProps } from '../form-props.ts'
import { StepActions } from './shared.tsx'

export function PasswordForm({ ask, step, answering, ways }: FormProps<'password'>) {
  const [current, setCurrent] = useState('')
  const [next, setNext] = useState('')
  const [again, setAgain] = useState('')
  const { missing, isOld, differs, isReady } = passwordState({ current, next, again }, ask)
  const edit = (set: (text: string) => void) => (typed: string) => {
    set(typed)
    answering.forget()
  }
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault()
        if (isReady) answering.answer({ form: 'password', ...(ask.needsCurrent ? { current } : {}), next })
      }}
    >
      <div className="lk-step-fields">
        {ask.needsCurrent && (
          <TextField
            label={words.currentPassword}
            type="password"
            // Not the passphrase of this page: a password manager must not offer that here.
            autoComplete="off"
            value={current}
            onChange={edit(setCurrent)}
            error={answering.refusal('current')}
          />
        )}
        <TextField
          label={words.newPassword}
          type="password"
          autoComplete="new-password"
          value={next}
          onChange={edit(setNext)}
          help={next === '' ? words.atLeast(ask.minimumLength) : missing > 0 ? words.tooShort(missing) : undefined}
          ok={next !== '' && missing === 0 && !isOld ? words.longEnough : undefined}
          error={answering.refusal('next') ?? (isOld ? words.notTheOld : undefined)}
        />
        <TextField
          label={words.againPassword}
          type="password"
          autoComplete="new-password"
          value={again}
          onChange={edit(setAgain)}
          ok={again !== '' && again === next ? words.same : undefined}
          error={differs ? words.differs : undefined}
        />
      </div>
      <StepActions step={step} answering={answering} ways={ways} isReady={isReady} isSubmit others={ask.others} />
    </form>
  )
}
