import { useId, type ReactNode } from 'react'
import { cx } from './cx.ts'
import { vars } from './vars.ts'
import { FieldFrame, Help, type FieldWords } from './fields.tsx'
import { Icon, type IconName } from './icons.tsx'

export interface SelectOption<Value extends string> {
  value: Value
  label: string
  isDisabled?: boolean | undefined
}

export interface SelectProps<Value extends string> extends FieldWords {
  value: Value
  onChange: (value: Value) => void
  options: readonly SelectOption<Value>[]
  isDisabled?: boolean | undefined
  className?: string | undefined
}

/** One of several, folded up. The platform's own select: typing ahead and the wheel of a phone come with it. */
export function Select<Value extends string>(props: SelectProps<Value>) {
  const { value, onChange, options, isDisabled, className, ...words } = props
  return (
    <FieldFrame {...words} className={className}>
      {({ id, describedBy, isInvalid }) => (
        <span className={cx('lk-select', isInvalid && 'is-bad')}>
          <select
            id={id}
            className="lk-input"
            value={value}
            disabled={isDisabled}
            aria-invalid={isInvalid}
            aria-describedby={describedBy}
            onChange={(event) => {
              const chosen = options.find((option) => option.value === event.currentTarget.value)
              if (chosen) onChange(chosen.value)
            }}
          >
            {options.map((option) => (
              <option key={option.value} value={option.value} disabled={option.isDisabled}>
                {option.label}
              </option>
            ))}
          </select>
          <Icon name="down" size="sm" />
        </span>
      )}
    </FieldFrame>
  )
}

export interface CheckboxProps {
  label: ReactNode
  isChecked: boolean
  onChange: (isChecked: boolean) => void
  help?: ReactNode
  error?: ReactNode
  isDisabled?: boolean | undefined
}

/** Yes or no, with its words beside it; the words are part of the target. */
export function Checkbox({ label, isChecked, onChange, help, error, isDisabled }: CheckboxProps) {
  const id = useId()
  const said = error ?? help
  return (
    <div className="lk-check">
      <label>
        <input
          type="checkbox"
          checked={isChecked}
          disabled={isDisabled}
          aria-invalid={error ? true : undefined}
          aria-describedby={said ? id : undefined}
          onChange={(event) => onChange(event.currentTarget.checked)}
        />
        <span className="box">
          <Icon name="check" />
        </span>
        <span>{label}</span>
      </label>
      {said && (
        <Help id={id} tone={error ? 'danger' : 'plain'}>
          {said}
        </Help>
      )}
    </div>
  )
}

export interface RadioOption<Value extends string> {
  value: Value
  label: ReactNode
  /** A second line. */
  meta?: ReactNode
  icon?: IconName | undefined
  /** A badge or state at the right. */
  end?: ReactNode
  /** Why it can't be chosen now; shown in place of the second line. */
  why?: string | undefined
}

export interface RadioCardsProps<Value extends string> {
  /** The question. */
  label: ReactNode
  isLabelHidden?: boolean | undefined
  /** Nothing is chosen before the person does. */
  value: Value | undefined
  onChange: (value: Value) => void
  options: readonly RadioOption<Value>[]
  error?: ReactNode
  /** Side by side, where the words are short. */
  isRow?: boolean | undefined
}

/** A question with its answers in full view: arrows move between them, as between radio buttons. */
export function RadioCards<Value extends string>(props: RadioCardsProps<Value>) {
  const { label, isLabelHidden, value, onChange, options, error, isRow } = props
  const id = useId()
  return (
    <fieldset className="lk-choices-field" aria-describedby={error ? `${id}-said` : undefined}>
      <legend className={isLabelHidden ? 'vh' : 'lk-label'}>{label}</legend>
      <div className={cx('lk-choices', isRow && 'is-row')}>
        {options.map((option) => {
          const meta = option.why ?? option.meta
          const metaId = `${id}-${option.value}`
          return (
            <label key={option.value} className={cx('lk-choice', option.why !== undefined && 'is-barred')}>
              <input
                type="radio"
                name={id}
                value={option.value}
                checked={option.value === value}
                disabled={option.why !== undefined}
                aria-describedby={meta === undefined ? undefined : metaId}
                onChange={() => onChange(option.value)}
              />
              <span className="dot" />
              {option.icon !== undefined && <Icon name={option.icon} />}
              <span className="grow">
                {option.label}
                {meta !== undefined && (
                  <span id={metaId} className="meta">
                    {meta}
                  </span>
                )}
              </span>
              {option.end}
            </label>
          )
        })}
      </div>
      <Help id={`${id}-said`} tone="danger">
        {error}
      </Help>
    </fieldset>
  )
}

export interface SwitchProps {
  label: string
  isOn: boolean
  onChange: (isOn: boolean) => void
  isDisabled?: boolean | undefined
  describedBy?: string | undefined
}

/** On or off at once. Its words stand beside it (see `Setting`); `label` is its accessible name. */
export function Switch({ label, isOn, onChange, isDisabled, describedBy }: SwitchProps) {
  return (
    <input
      type="checkbox"
      role="switch"
      className="lk-switch"
      aria-label={label}
      aria-describedby={describedBy}
      checked={isOn}
      aria-checked={isOn}
      disabled={isDisabled}
      onChange={(event) => onChange(event.currentTarget.checked)}
    />
  )
}

export interface SliderProps {
  label: string
  value: number
  onChange: (value: number) => void
  /** Called once when it is let go. */
  onCommit?: ((value: number) => void) | undefined
  min: number
  max: number
  step?: number | undefined
  /** The value in words, shown at the right and read aloud ("94 s fast, 3 steps"). */
  valueText: string
  /** Words under the left end, the middle, the right end. */
  ends?: readonly [string, string, string] | undefined
  /** Where the bar begins: the value that is "in order". `min` if absent. */
  origin?: number | undefined
  tone?: 'plain' | 'warn' | undefined
  isDisabled?: boolean | undefined
}

/** A value on a line. The platform's own range input under our drawing: all its keys work. */
export function Slider(props: SliderProps) {
  const {
    label,
    value,
    onChange,
    onCommit,
    min,
    max,
    step = 1,
    valueText,
    ends,
    origin = min,
    tone,
    isDisabled,
  } = props
  const id = useId()
  const place = (at: number) => (max === min ? 0 : (at - min) / (max - min))
  const commit = onCommit && (() => onCommit(value))
  return (
    <div className={cx('lk-slider', tone === 'warn' && 'is-warn')}>
      <div className="head">
        <label htmlFor={id}>{label}</label>
        <b className="num">{valueText}</b>
      </div>
      <div
        className="track"
        style={vars({
          '--at': place(value),
          '--from': Math.min(place(origin), place(value)),
          '--length': Math.abs(place(value) - place(origin)),
          '--origin': place(origin),
        })}
      >
        <i className={cx('bar', origin <= min && 'is-from-start')} />
        {origin > min && <i className="origin" />}
        <input
          id={id}
          type="range"
          min={min}
          max={max}
          step={step}
          value={value}
          disabled={isDisabled}
          aria-valuetext={valueText}
          onChange={(event) => onChange(Number(event.currentTarget.value))}
          onPointerUp={commit}
          onKeyUp={commit}
        />
      </div>
      {ends && (
        <div className="ends num" aria-hidden="true">
          {ends.map((end) => (
            <span key={end}>{end}</span>
          ))}
        </div>
      )}
    </div>
  )
}
