/** One question with its answers in full view. What is recommended is chosen beforehand; what can't be had says why. */
import { useState } from 'react'
import { reasonWords } from '../../../i18n/devices.ts'
import { optionWords, stepWords } from '../../../i18n/playbooks.ts'
import { step as words } from '../../../i18n/recovery.ts'
import { Badge, RadioCards } from '../../../ui/index.ts'
import { optionIcon } from '../look.ts'
import type { FormProps } from '../form-props.ts'
import { StepActions } from './shared.tsx'

export function ChoiceForm({ ask, step, answering, ways }: FormProps<'choice'>) {
  const [chosen, setChosen] = useState<string | undefined>(
    ask.options.find(({ recommended, refused }) => recommended === true && refused === undefined)?.option,
  )
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault()
        if (chosen !== undefined) answering.answer({ form: 'choice', option: chosen })
      }}
    >
      <RadioCards
        label={stepWords(step).title}
        isLabelHidden
        value={chosen}
        onChange={(option) => {
          setChosen(option)
          answering.forget()
        }}
        error={answering.refusal('option')}
        options={ask.options.map(({ option, recommended, refused }) => {
          const { label, more } = optionWords(option, step.facts)
          return {
            value: option,
            label: recommended ? <Recommended label={label} /> : label,
            meta: more === '' ? undefined : more,
            icon: optionIcon(option),
            why: refused === undefined ? undefined : reasonWords(refused),
          }
        })}
      />
      <StepActions
        step={step}
        answering={answering}
        ways={ways}
        isReady={chosen !== undefined}
        label={words.goOn}
        isSubmit
      />
    </form>
  )
}

function Recommended({ label }: { label: string }) {
  return (
    <span className="lk-recommended">
      {label} <Badge icon="star">{words.recommended}</Badge>
    </span>
  )
}
