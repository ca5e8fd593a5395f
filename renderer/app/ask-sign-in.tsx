/** What a backend asks at sign-in: the password that is not kept, a second factor. */
import { useState, type ReactNode } from 'react'
import type { AskDialogProps } from '../client/index.ts'
import { signInAsk as words } from '../i18n/backends.ts'
import { Button, Dialog, TextField } from '../ui/index.ts'

export function AskPassword({ ask, answer, dismiss }: AskDialogProps<'password'>) {
  const [password, setPassword] = useState('')
  return (
    <AskOne
      title={words.passwordTitle(ask.backend)}
      why={words.passwordWhy(ask.user)}
      isReady={password !== ''}
      onSend={() => answer({ password })}
      onDismiss={dismiss}
    >
      <TextField
        label={words.password}
        type="password"
        autoComplete="off"
        value={password}
        onChange={setPassword}
        takesFocus
      />
    </AskOne>
  )
}

export function AskSecondFactor({ ask, answer, dismiss }: AskDialogProps<'secondFactor'>) {
  const [code, setCode] = useState('')
  return (
    <AskOne
      title={words.codeTitle(ask.backend)}
      why={ask.serial === undefined ? words.codeWhy(ask.types) : words.codeOf(ask.serial)}
      isReady={code.trim() !== ''}
      onSend={() => answer({ code })}
      onDismiss={dismiss}
    >
      <TextField
        label={words.code}
        isMono
        inputMode="numeric"
        autoComplete="one-time-code"
        value={code}
        onChange={setCode}
        takesFocus
      />
    </AskOne>
  )
}

interface AskOneProps {
  readonly title: string
  readonly why: string
  readonly isReady: boolean
  readonly onSend: () => void
  readonly onDismiss: () => void
  readonly children: ReactNode
}

function AskOne({ title, why, isReady, onSend, onDismiss, children }: AskOneProps) {
  return (
    <Dialog
      isOpen
      onClose={onDismiss}
      title={title}
      onSubmit={() => isReady && onSend()}
      footer={
        <>
          <Button onClick={onDismiss}>{words.cancel}</Button>
          <Button type="submit" variant="primary" disabled={!isReady}>
            {words.go}
          </Button>
        </>
      }
    >
      <p className="muted">{why}</p>
      {children}
    </Dialog>
  )
}
