import { useId, useState, type ComponentProps, type KeyboardEventHandler, type ReactNode, type Ref } from 'react'
import { IconButton } from './buttons.tsx'
import { cx } from './cx.ts'
import { vars } from './vars.ts'
import { Icon, type IconName } from './icons.tsx'
import { useTakeFocus } from './take-focus.ts'
import { useUiWords } from './words.tsx'

export interface FieldWords {
  label: ReactNode
  /** The label is read but not shown: the place says it. */
  isLabelHidden?: boolean | undefined
  /** What helps before anything is wrong. */
  help?: ReactNode
  helpIcon?: IconName | undefined
  /** What is wrong, and what would be right. Takes the place of the help. */
  error?: ReactNode
  /** What is in order. Takes the place of the help. */
  ok?: ReactNode
}

export interface FieldFrameProps extends FieldWords {
  className?: string | undefined
  children: (ids: { id: string; describedBy: string | undefined; isInvalid: true | undefined }) => ReactNode
}

/** Label above, help or error below, and the ids that tie them to the control between. */
export function FieldFrame({ label, isLabelHidden, help, helpIcon, error, ok, className, children }: FieldFrameProps) {
  const id = useId()
  const describedBy = `${id}-said`
  const isBad = hasContent(error)
  const isOk = !isBad && hasContent(ok)
  const said = isBad ? error : isOk ? ok : help
  return (
    <div className={cx('lk-field', className)}>
      <label htmlFor={id} className={isLabelHidden ? 'vh' : undefined}>
        {label}
      </label>
      {children({ id, describedBy: hasContent(said) ? describedBy : undefined, isInvalid: isBad || undefined })}
      <Help
        id={describedBy}
        tone={isBad ? 'danger' : isOk ? 'ok' : 'plain'}
        icon={isBad || isOk ? undefined : helpIcon}
      >
        {said}
      </Help>
    </div>
  )
}

export interface HelpProps {
  id?: string | undefined
  tone?: 'plain' | 'ok' | 'warn' | 'danger' | undefined
  icon?: IconName | undefined
  children?: ReactNode
}

const toneIcons = { plain: undefined, ok: 'check', warn: 'warn', danger: 'alert' } as const

/** The small line under a control. Changes are read aloud; without words it takes no place. */
export function Help({ id, tone = 'plain', icon, children }: HelpProps) {
  const shape = icon ?? toneIcons[tone]
  const isThere = hasContent(children)
  return (
    <span
      id={id}
      className={cx(isThere ? 'lk-help' : 'lk-help-spot', isThere && tone !== 'plain' && `is-${tone}`)}
      aria-live="polite"
    >
      {isThere && shape !== undefined && <Icon name={shape} />}
      {isThere && <span>{children}</span>}
    </span>
  )
}

/** Whether there is anything to show: `false`, `null` and the empty text are nothing. */
export function hasContent(node: ReactNode): boolean {
  return node !== undefined && node !== null && node !== false && node !== ''
}

type NativeInput = Omit<
  ComponentProps<'input'>,
  'value' | 'onChange' | 'type' | 'size' | 'className' | 'ref' | 'autoFocus'
>

export interface TextFieldProps extends NativeInput, FieldWords {
  value: string
  onChange: (value: string) => void
  /** `password` hides what is typed and brings a button that shows it. */
  type?: 'text' | 'password' | 'email' | 'tel' | 'url' | 'number' | undefined
  size?: 'md' | 'lg' | undefined
  /** Letters of one width: seeds, serial numbers, links. */
  isMono?: boolean | undefined
  /** An icon before the text. */
  icon?: IconName | undefined
  /** A button or unit after it. */
  suffix?: ReactNode
  /** A button beside the field, as tall as it. */
  beside?: ReactNode
  /** Position (from 0) of one letter to underline as wrong; only with `isMono`. */
  badAt?: number | undefined
  inputRef?: Ref<HTMLInputElement> | undefined
  /** It has the focus when it appears. */
  takesFocus?: boolean | undefined
  className?: string | undefined
}

/** One line of text with its label. */
export function TextField(props: TextFieldProps) {
  const { label, isLabelHidden, help, helpIcon, error, ok, className, beside, ...input } = props
  return (
    <FieldFrame {...{ label, isLabelHidden, help, helpIcon, error, ok, className }}>
      {({ id, describedBy, isInvalid }) => {
        const field = <TextInput {...input} id={id} describedBy={describedBy} isInvalid={isInvalid} />
        if (beside === undefined) return field
        return (
          <div className="lk-unlock">
            {field}
            {beside}
          </div>
        )
      }}
    </FieldFrame>
  )
}

type TextInputProps = Omit<TextFieldProps, keyof FieldWords | 'className' | 'beside'> & {
  id: string
  describedBy: string | undefined
  isInvalid: true | undefined
}

function TextInput(props: TextInputProps) {
  const {
    value,
    onChange,
    type = 'text',
    size,
    isMono,
    icon,
    suffix,
    badAt,
    inputRef,
    takesFocus,
    describedBy,
    isInvalid,
    ...rest
  } = props
  const words = useUiWords()
  const [isShown, setShown] = useState(false)
  const [scrolled, setScrolled] = useState(0)
  useTakeFocus(rest.id, takesFocus)
  const isSecret = type === 'password'
  return (
    <span className={cx('lk-input', isMono && 'mono', size === 'lg' && 'is-lg', isInvalid && 'is-bad')}>
      {icon !== undefined && <Icon name={icon} size="sm" className="faint" />}
      <span className="in">
        <input
          autoComplete="off"
          spellCheck={false}
          {...rest}
          ref={inputRef}
          type={isSecret && isShown ? 'text' : type}
          value={value}
          aria-invalid={isInvalid}
          aria-describedby={describedBy}
          onChange={(event) => onChange(event.currentTarget.value)}
          onScroll={badAt === undefined ? undefined : (event) => setScrolled(event.currentTarget.scrollLeft)}
        />
        {badAt !== undefined && (
          <span className="bad-at" style={vars({ '--at': badAt, '--scrolled': `${scrolled}px` })} />
        )}
      </span>
      {isSecret && (
        <IconButton
          icon={isShown ? 'eyeoff' : 'eye'}
          label={isShown ? words.hide : words.show}
          aria-pressed={isShown}
          onClick={() => setShown(!isShown)}
        />
      )}
      {suffix}
    </span>
  )
}

type NativeTextArea = Omit<ComponentProps<'textarea'>, 'value' | 'onChange' | 'className' | 'ref'>

export interface TextAreaProps extends NativeTextArea, FieldWords {
  value: string
  onChange: (value: string) => void
  isMono?: boolean | undefined
  inputRef?: Ref<HTMLTextAreaElement> | undefined
  className?: string | undefined
}

/** Several lines of text with their label. */
export function TextArea(props: TextAreaProps) {
  const { label, isLabelHidden, help, helpIcon, error, ok, className, value, onChange, isMono, inputRef, ...rest } =
    props
  return (
    <FieldFrame {...{ label, isLabelHidden, help, helpIcon, error, ok, className }}>
      {({ id, describedBy, isInvalid }) => (
        <textarea
          rows={3}
          autoComplete="off"
          spellCheck={false}
          {...rest}
          ref={inputRef}
          id={id}
          className={cx('lk-input lk-area', isMono && 'mono', isInvalid && 'is-bad')}
          value={value}
          aria-invalid={isInvalid}
          aria-describedby={describedBy}
          onChange={(event) => onChange(event.currentTarget.value)}
        />
      )}
    </FieldFrame>
  )
}

export interface SearchFieldProps {
  /** Accessible name. */
  label: string
  value: string
  onChange: (value: string) => void
  placeholder?: string | undefined
  /** The key that brings one here, shown while it is empty. */
  shortcut?: string | undefined
  /** Arrows and Enter, for a list below. */
  onKeyDown?: KeyboardEventHandler<HTMLInputElement> | undefined
  inputRef?: Ref<HTMLInputElement> | undefined
  /** Id of the list it filters and, while it has one, of the row it is on. */
  controls?: string | undefined
  activeId?: string | undefined
  isWide?: boolean | undefined
}

/** Search. Escape empties it first, and is left to others only when it is empty. */
export function SearchField(props: SearchFieldProps) {
  const { label, value, onChange, placeholder, shortcut, onKeyDown, inputRef, controls, activeId, isWide } = props
  const words = useUiWords()
  return (
    <label className={cx('lk-search', isWide && 'is-wide')}>
      <Icon name="search" size="sm" />
      <input
        ref={inputRef}
        type="text"
        inputMode="search"
        enterKeyHint="search"
        autoComplete="off"
        spellCheck={false}
        aria-label={label}
        aria-controls={controls}
        aria-activedescendant={activeId}
        placeholder={placeholder}
        value={value}
        onChange={(event) => onChange(event.currentTarget.value)}
        onKeyDown={(event) => {
          if (event.key === 'Escape' && value !== '') {
            event.preventDefault()
            event.stopPropagation()
            onChange('')
            return
          }
          onKeyDown?.(event)
        }}
      />
      {value !== '' ? (
        <IconButton icon="x" label={words.clear} tabIndex={-1} className="is-in-field" onClick={() => onChange('')} />
      ) : (
        shortcut !== undefined && (
          <kbd className="lk-kbd not-narrow" aria-hidden="true">
            {shortcut}
          </kbd>
        )
      )}
    </label>
  )
}
