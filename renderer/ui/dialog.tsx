import { Modal } from '@mantine/core'
import { useId, useState, type FormEvent, type ReactNode } from 'react'
import { Button } from './buttons.tsx'
import { cx } from './cx.ts'
import { useKeptFocus, useReturnFocus } from './dialog-focus.ts'
import { TextField } from './fields.tsx'
import { Icon, type IconName } from './icons.tsx'
import type { Tone } from './marks.tsx'

export interface Effect {
  key: string
  /** What it happens to. */
  name: ReactNode
  tone: Tone
  /** What happens: "Locked for good", "1 device left". */
  outcome: ReactNode
  icon?: IconName | undefined
}

export interface DialogProps {
  isOpen: boolean
  /** Called by Escape, a click outside and the footer's own button; not while busy. */
  onClose: () => void
  title: ReactNode
  children?: ReactNode
  /** What would follow, worst first. */
  effects?: readonly Effect[] | undefined
  /** How many things that are, for a list that scrolls. */
  effectsLabel?: string | undefined
  /** Buttons, the safe one first. */
  footer?: ReactNode
  /** `md` 480 px, `lg` 620 px. */
  size?: 'md' | 'lg' | undefined
  isBusy?: boolean | undefined
  /** Enter in a field does this; the dialog becomes a form. */
  onSubmit?: (() => void) | undefined
}

/** A question that must be answered first. Focus stays inside and returns to where it was. */
export function Dialog(props: DialogProps) {
  const {
    isOpen,
    onClose,
    title,
    children,
    effects,
    effectsLabel,
    footer,
    size = 'md',
    isBusy = false,
    onSubmit,
  } = props
  useReturnFocus(isOpen)
  const inside = useKeptFocus(isOpen)
  const content = (
    <>
      <div className="body">
        <Modal.Title component="h2">{title}</Modal.Title>
        {children}
        {effects && effects.length > 0 && <Effects effects={effects} label={effectsLabel} />}
      </div>
      {footer !== undefined && <div className="foot">{footer}</div>}
    </>
  )
  const submit = (event: FormEvent) => {
    event.preventDefault()
    if (!isBusy) onSubmit?.()
  }
  return (
    <Modal.Root
      opened={isOpen}
      onClose={isBusy ? ignore : onClose}
      centered
      size={size === 'lg' ? 620 : 480}
      transitionProps={{ duration: 140, transition: 'fade' }}
      classNames={{ overlay: 'lk-scrim', content: 'lk-dialog' }}
    >
      <Modal.Overlay />
      <Modal.Content ref={inside} aria-busy={isBusy || undefined}>
        {onSubmit ? (
          <form onSubmit={submit} noValidate>
            {content}
          </form>
        ) : (
          content
        )}
      </Modal.Content>
    </Modal.Root>
  )
}

function ignore() {}

const effectIcons: Record<Tone, IconName> = { plain: 'info', ok: 'ok', warn: 'warn', danger: 'locked' }

/** More than these scroll by themselves, so that the question and its buttons stay in sight. */
const A_SCREENFUL = 7

/** What a step would do to each account, each with its icon and words. `label` says how many, shown where they scroll. */
export function Effects({ effects, label }: { effects: readonly Effect[]; label?: string | undefined }) {
  const isLong = effects.length > A_SCREENFUL
  return (
    <>
      {isLong && label !== undefined && <p className="lk-effects-count">{label}</p>}
      {/* oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex -- what scrolls scrolls by keyboard too (WCAG 2.1.1) */}
      <ul className={cx('lk-effects', isLong && 'is-long')} aria-label={label} tabIndex={isLong ? 0 : undefined}>
        {effects.map((effect) => {
          const tone = effect.tone === 'plain' ? 'faint' : `t-${effect.tone}`
          return (
            <li key={effect.key}>
              <Icon name={effect.icon ?? effectIcons[effect.tone]} size="sm" className={tone} />
              <span className="grow clip">{effect.name}</span>
              <span className={effect.tone === 'danger' || effect.tone === 'warn' ? tone : 'muted'}>
                {effect.outcome}
              </span>
            </li>
          )
        })}
      </ul>
    </>
  )
}

export interface ConfirmByNameProps {
  isOpen: boolean
  onClose: () => void
  title: ReactNode
  children?: ReactNode
  effects?: readonly Effect[] | undefined
  /** How many things that are, for a list that scrolls. */
  effectsLabel?: string | undefined
  /** The name that must be typed, letter by letter; space around it does not count. */
  name: string
  /** The label of the field, with the name in it. */
  prompt: ReactNode
  /** What the button does ("Erase the blue YubiKey"). */
  confirmLabel: string
  /** What the safe button says ("Keep it"). */
  keepLabel: string
  onConfirm: () => void
  isBusy?: boolean | undefined
  /** What went wrong when it was tried. */
  error?: ReactNode
}

/** Asks for a name to be typed before something that can't be undone. The safe button has the focus's first stop after it. */
export function ConfirmByName(props: ConfirmByNameProps) {
  const {
    isOpen,
    onClose,
    title,
    children,
    effects,
    effectsLabel,
    name,
    prompt,
    confirmLabel,
    keepLabel,
    onConfirm,
    isBusy,
    error,
  } = props
  const formId = useId()
  return (
    <Dialog isOpen={isOpen} onClose={onClose} title={title} isBusy={isBusy}>
      {children}
      {effects && effects.length > 0 && <Effects effects={effects} label={effectsLabel} />}
      {isOpen && (
        <NameForm key={formId} {...{ name, prompt, confirmLabel, keepLabel, onConfirm, onClose, isBusy, error }} />
      )}
    </Dialog>
  )
}

type NameFormProps = Pick<
  ConfirmByNameProps,
  'name' | 'prompt' | 'confirmLabel' | 'keepLabel' | 'onConfirm' | 'onClose' | 'isBusy' | 'error'
>

function NameForm({ name, prompt, confirmLabel, keepLabel, onConfirm, onClose, isBusy, error }: NameFormProps) {
  const [typed, setTyped] = useState('')
  const isRight = isSameName(typed, name)
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault()
        if (isRight && !isBusy) onConfirm()
      }}
    >
      <TextField label={prompt} value={typed} onChange={setTyped} error={error} data-autofocus />
      <div className="foot">
        <Button onClick={onClose} disabled={isBusy}>
          {keepLabel}
        </Button>
        <Button type="submit" variant="danger" disabled={!isRight} isBusy={isBusy}>
          {confirmLabel}
        </Button>
      </div>
    </form>
  )
}

/** Whether `typed` is `name`, but for space around it and how accents are composed. */
export function isSameName(typed: string, name: string): boolean {
  return typed.normalize('NFC').trim() === name.normalize('NFC').trim()
}
