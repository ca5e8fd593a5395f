/** How questions that come back on calls look: confirm, by name where it is an only way in; a code of a device; a PIN. */
import { useState } from 'react'
import { answerPrf, answerWebAuthn, AskHost, type AskDialogProps } from '../client/index.ts'
import { confirmWords, effectWords, shownEffects } from '../i18n/confirm.ts'
import { asks } from '../i18n/frame.ts'
import { Button, ConfirmByName, Dialog, SixDigits } from '../ui/index.ts'
import { AskPin } from './ask-pin.tsx'
import { AskPassword, AskSecondFactor } from './ask-sign-in.tsx'

const DIALOGS = { confirm: Confirm, code: AskCode, pin: AskPin, password: AskPassword, secondFactor: AskSecondFactor }
const HANDLERS = { webauthn: answerWebAuthn, prf: answerPrf }

export const Asks = () => <AskHost dialogs={DIALOGS} handlers={HANDLERS} />

function Confirm({ ask, answer }: AskDialogProps<'confirm'>) {
  const words = confirmWords(ask.operation, ask.object)
  const decline = () => answer({ confirmed: false, nonce: ask.nonce })
  const effects = shownEffects(ask.effects).map((effect, at) => ({ key: String(at), ...effectWords(effect) }))
  if (ask.typeName !== undefined)
    return (
      <ConfirmByName
        isOpen
        onClose={decline}
        title={words.title}
        effects={effects}
        effectsLabel={asks.effects(effects.length)}
        name={ask.typeName}
        prompt={asks.typeName(ask.typeName)}
        confirmLabel={words.go}
        keepLabel={words.keep}
        onConfirm={() => answer({ confirmed: true, nonce: ask.nonce, typedName: ask.typeName })}
      >
        <p className="muted">{words.why}</p>
      </ConfirmByName>
    )
  return (
    <Dialog
      isOpen
      onClose={decline}
      title={words.title}
      effects={effects}
      effectsLabel={asks.effects(effects.length)}
      footer={
        <>
          <Button onClick={decline} data-autofocus>
            {words.keep}
          </Button>
          <Button variant="danger" onClick={() => answer({ confirmed: true, nonce: ask.nonce })}>
            {words.go}
          </Button>
        </>
      }
    >
      <p className="muted">{words.why}</p>
    </Dialog>
  )
}

function AskCode({ ask, answer, dismiss }: AskDialogProps<'code'>) {
  const [code, setCode] = useState('')
  const send = () => {
    if (code.length === ask.digits) answer({ code })
  }
  return (
    <Dialog
      isOpen
      onClose={dismiss}
      title={asks.codeTitle}
      onSubmit={send}
      footer={
        <>
          <Button onClick={dismiss}>{asks.cancel}</Button>
          <Button type="submit" variant="primary" disabled={code.length !== ask.digits}>
            {asks.codeGo}
          </Button>
        </>
      }
    >
      <p className="muted">{asks.codeWhy(ask.deviceName)}</p>
      <SixDigits label={asks.code(ask.deviceName)} length={ask.digits} value={code} onChange={setCode} takesFocus />
    </Dialog>
  )
}
