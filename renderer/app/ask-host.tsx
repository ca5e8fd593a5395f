/** Answers the questions that come back on calls: confirm, a code, a touch of the browser's authenticator. */
import { startAuthentication, startRegistration, WebAuthnError } from '@simplewebauthn/browser'
import { useEffect, useState } from 'react'
import { callError } from '../../shared/contract/index.ts'
import { useClient, type Question, type QuestionAnswer } from '../client/index.ts'
import { confirmWords, effectWords } from '../i18n/confirm.ts'
import { asks } from '../i18n/frame.ts'
import { Button, ConfirmByName, Dialog, SixDigits } from '../ui/index.ts'

type Open =
  | {
      readonly kind: 'confirm'
      readonly ask: Question<'confirm'>
      readonly answer: (answer: QuestionAnswer<'confirm'>) => void
      readonly refuse: () => void
    }
  | {
      readonly kind: 'code'
      readonly ask: Question<'code'>
      readonly answer: (answer: QuestionAnswer<'code'>) => void
      readonly refuse: () => void
    }

/** Mounted once. A question that is withdrawn closes its dialog. */
export function AskHost() {
  const client = useClient()
  const [open, setOpen] = useState<Open | undefined>(undefined)
  useEffect(() => {
    const put = <A extends 'confirm' | 'code'>(kind: A, ask: Question<A>, signal: AbortSignal) =>
      new Promise<QuestionAnswer<A>>((resolve, reject) => {
        const close = () => setOpen(undefined)
        const refuse = () => {
          close()
          reject(callError('cancelled', {}))
        }
        signal.addEventListener('abort', refuse, { once: true })
        const answer = (given: QuestionAnswer<A>) => {
          signal.removeEventListener('abort', refuse)
          close()
          resolve(given)
        }
        setOpen({ kind, ask, answer, refuse } as unknown as Open)
      })
    return client.answerAsks({
      confirm: (ask, { signal }) => put('confirm', ask, signal),
      code: (ask, { signal }) => put('code', ask, signal),
      webauthn: async (ask, { signal }) => ({ response: await runWebAuthn(ask, signal) }),
    })
  }, [client])
  if (!open) return null
  return open.kind === 'confirm' ? <Confirm {...open} /> : <AskCode {...open} />
}

function Confirm({ ask, answer }: Extract<Open, { kind: 'confirm' }>) {
  const words = confirmWords(ask.operation, ask.object)
  const decline = () => answer({ confirmed: false, nonce: ask.nonce })
  const effects = ask.effects.map((effect, at) => ({ key: String(at), ...effectWords(effect) }))
  if (ask.typeName !== undefined)
    return (
      <ConfirmByName
        isOpen
        onClose={decline}
        title={words.title}
        effects={effects}
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

function AskCode({ ask, answer, refuse }: Extract<Open, { kind: 'code' }>) {
  const [code, setCode] = useState('')
  const send = () => {
    if (code.length === ask.digits) answer({ code })
  }
  return (
    <Dialog
      isOpen
      onClose={refuse}
      title={asks.codeTitle}
      onSubmit={send}
      footer={
        <>
          <Button onClick={refuse}>{asks.cancel}</Button>
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

/** The browser's own WebAuthn. What it refuses is a cancel to the service: the reason is the browser's and is not told. */
async function runWebAuthn(
  { ceremony, options }: Question<'webauthn'>,
  signal: AbortSignal,
): Promise<Record<string, unknown>> {
  const optionsJSON = options as unknown
  try {
    signal.throwIfAborted()
    const response =
      ceremony === 'create'
        ? await startRegistration({
            optionsJSON: optionsJSON as Parameters<typeof startRegistration>[0]['optionsJSON'],
          })
        : await startAuthentication({
            optionsJSON: optionsJSON as Parameters<typeof startAuthentication>[0]['optionsJSON'],
          })
    return { ...response }
  } catch (error) {
    if (error instanceof WebAuthnError && error.code === 'ERROR_AUTHENTICATOR_PREVIOUSLY_REGISTERED')
      throw callError('key-refused', { reason: 'duplicate' }, { cause: error })
    throw callError('cancelled', {}, { cause: error })
  }
}
