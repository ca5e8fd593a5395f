/** Where questions of calls are shown: one dialog at a time, in the order in which they were asked. */
import { Fragment, useEffect, useState, type ComponentType, type ReactNode } from 'react'
import { callError } from '../../shared/contract/index.ts'
import type { AnyAskName, AskContext, AskHandlers, Question, QuestionAnswer } from './asks.ts'
import { useClient } from './hooks.tsx'

export interface AskDialogProps<A extends AnyAskName> {
  readonly ask: Question<A>
  /** The call that asks. */
  readonly call: AskContext['call']
  readonly answer: (answer: QuestionAnswer<A>) => void
  /** The person turned away: the call fails with `cancelled`. */
  readonly dismiss: () => void
}

export interface AskHostProps {
  /** Components that draw a question as a dialog. They must stay the same while mounted. */
  readonly dialogs: { readonly [A in AnyAskName]?: ComponentType<AskDialogProps<A>> }
  /** Questions that need no dialog of ours: `webauthn`. */
  readonly handlers?: AskHandlers | undefined
}

interface Shown {
  readonly key: number
  readonly draw: () => ReactNode
}

/** Mounted once, above or beside everything that calls. A question that is withdrawn leaves by itself. */
export function AskHost({ dialogs, handlers }: AskHostProps) {
  const client = useClient()
  const [shown, setShown] = useState<readonly Shown[]>([])
  const { confirm, code, pin, password, secondFactor, webauthn } = dialogs

  useEffect(() => {
    let lastKey = 0
    const show = (draw: Shown['draw']) => {
      const item = { key: ++lastKey, draw }
      setShown((all) => [...all, item])
      return () => setShown((all) => all.filter((each) => each !== item))
    }
    return client.answerAsks({
      ...(confirm && { confirm: inDialog(confirm, show) }),
      ...(code && { code: inDialog(code, show) }),
      ...(pin && { pin: inDialog(pin, show) }),
      ...(password && { password: inDialog(password, show) }),
      ...(secondFactor && { secondFactor: inDialog(secondFactor, show) }),
      ...(webauthn && { webauthn: inDialog(webauthn, show) }),
      ...handlers,
    })
  }, [client, confirm, code, pin, password, secondFactor, webauthn, handlers])

  const first = shown[0]
  return first && <Fragment key={first.key}>{first.draw()}</Fragment>
}

function inDialog<A extends AnyAskName>(
  Dialog: ComponentType<AskDialogProps<A>>,
  show: (draw: Shown['draw']) => () => void,
) {
  return (ask: Question<A>, { call, signal }: AskContext) =>
    new Promise<QuestionAnswer<A>>((resolve, reject) => {
      const dismiss = () => {
        hide()
        signal.removeEventListener('abort', dismiss)
        reject(callError('cancelled', {}))
      }
      const answer = (given: QuestionAnswer<A>) => {
        hide()
        signal.removeEventListener('abort', dismiss)
        resolve(given)
      }
      const hide = show(() => <Dialog ask={ask} call={call} answer={answer} dismiss={dismiss} />)
      signal.addEventListener('abort', dismiss)
    })
}
