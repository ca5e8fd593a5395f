/** Codes read off a device, one after the other. They live in this form alone and go with it. */
import { useState } from 'react'
import { step as words } from '../../../i18n/recovery.ts'
import { CodesAsked, SixDigits, useSecond } from '../../../ui/index.ts'
import { secondsUntil } from '../look.ts'
import type { FormProps } from '../form-props.ts'
import { StepActions } from './shared.tsx'

/** Codes that were tried are spent or wrong: after each failure the fields are new ones. */
export function CodesForm(props: FormProps<'codes'>) {
  return <Codes key={props.step.trouble?.at ?? 0} {...props} />
}

function Codes({ ask, step, answering, ways }: FormProps<'codes'>) {
  const { count, digits, nextAt, others } = ask
  const [first, setFirst] = useState('')
  const [second, setSecond] = useState('')
  const [isSecondWanted, setSecondWanted] = useState(false)
  const { answer, forget, isBusy, refusal } = answering
  const isFirstWhole = first.length === digits
  const isSame = count === 2 && isFirstWhole && second === first
  const isReady = isFirstWhole && (count === 1 || (second.length === digits && !isSame))

  const edit = (set: (digits: string) => void) => (typed: string) => {
    set(typed)
    forget()
  }
  const firstRefusal = refusal('codes.0', ...(count === 1 ? ['codes', 'code'] : []))
  const secondRefusal = refusal('codes.1', 'codes')
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault()
        if (isReady) answer({ form: 'codes', codes: count === 1 ? [first] : [first, second] })
      }}
    >
      <CodesAsked>
        <SixDigits
          label={count === 1 ? words.code : words.codeNow}
          isInline
          length={digits}
          value={first}
          onChange={edit(setFirst)}
          onComplete={() => setSecondWanted(count === 2)}
          isDisabled={isBusy}
          takesFocus={step.trouble !== undefined && !isBusy}
          help={words.readOff}
          ok={isFirstWhole ? words.digitsOk(digits) : undefined}
          error={firstRefusal}
        />
        {count === 2 && (
          <SixDigits
            label={words.codeAfter}
            isInline
            length={digits}
            value={second}
            onChange={edit(setSecond)}
            isDisabled={isBusy}
            takesFocus={isSecondWanted}
            help={nextAt === undefined ? words.waitForNext : <NewIn at={nextAt} />}
            helpIcon="clock"
            ok={second.length === digits && !isSame ? words.digitsOk(digits) : undefined}
            error={isSame ? words.sameCode : secondRefusal}
          />
        )}
      </CodesAsked>
      <StepActions step={step} answering={answering} ways={ways} isReady={isReady} isSubmit others={others} />
    </form>
  )
}

/** Counts down to the next code, where it is known when that comes. */
function NewIn({ at }: { at: number }) {
  const left = secondsUntil(at, useSecond())
  return <span className="num">{left === 0 ? words.waitForNext : words.newIn(left)}</span>
}
