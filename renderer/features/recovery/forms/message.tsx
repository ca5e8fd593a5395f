/** A message to somebody who can help: to be looked over, copied and sent, then ticked or checked. */
import { useState } from 'react'
import { messageWords } from '../../../i18n/playbooks.ts'
import { step as words } from '../../../i18n/recovery.ts'
import { Button, TextArea, useToast } from '../../../ui/index.ts'
import type { FormProps } from '../form-props.ts'
import { StepActions } from './shared.tsx'

export function MessageForm({ ask, step, answering, ways }: FormProps<'message'>) {
  const message = messageWords(step.step, step.facts)
  const [body, setBody] = useState(message?.body ?? '')
  const toast = useToast()
  const copy = () => {
    navigator.clipboard.writeText(message ? `${message.subject}\n\n${body}` : body).then(
      () => toast(words.copied),
      () => toast({ tone: 'danger', text: words.copyFailed }),
    )
  }
  return (
    <>
      {message && (
        <div className="lk-message">
          <dl>
            {message.to !== '' && (
              <>
                <dt>{words.to}</dt>
                <dd>{message.to}</dd>
              </>
            )}
            <dt>{words.subject}</dt>
            <dd>{message.subject}</dd>
          </dl>
          <TextArea
            label={words.message}
            isLabelHidden
            rows={Math.min(16, body.split('\n').length + 2)}
            maxLength={4000}
            value={body}
            onChange={setBody}
          />
          <Button icon="copy" onClick={copy}>
            {words.copy}
          </Button>
        </div>
      )}
      <StepActions step={step} answering={answering} ways={ways} others={ask.others} />
    </>
  )
}
