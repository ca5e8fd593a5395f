import { useId, useLayoutEffect, useRef, useState, type ChangeEvent, type ReactNode } from 'react'
import { cx } from './cx.ts'
import { digitGroups, editDigits, moveInDigits, placeAfterEdit, placeInDigits, type DigitsEdit } from './digits.ts'
import { hasContent, Help, type FieldWords } from './fields.tsx'
import { useTakeFocus } from './take-focus.ts'
import { useUiWords } from './words.tsx'

export interface SixDigitsProps extends FieldWords {
  /** Digits typed so far: 0 to `length` of them, nothing else. */
  value: string
  onChange: (digits: string) => void
  /** Called with all digits whenever the field becomes full, or a full one is changed. */
  onComplete?: ((digits: string) => void) | undefined
  /** 5 to 10; six if absent. */
  length?: number | undefined
  /** Taken: the digits stay to be seen, at rest. */
  isAccepted?: boolean | undefined
  isDisabled?: boolean | undefined
  /** It has the focus when it appears. */
  takesFocus?: boolean | undefined
  /** Label at the left and boxes at the right, as where two codes are asked for. */
  isInline?: boolean | undefined
}

/**
 * Digits to be typed, in boxes grouped like the codes. It is one real input over drawn boxes: pasting, filling in by the
 * system and screen readers work as in any field; what is no digit is refused as it is typed, with the reason.
 */
export function SixDigits(props: SixDigitsProps) {
  const { value, onChange, onComplete, length = 6, isAccepted, isDisabled, takesFocus, isInline } = props
  const { label, isLabelHidden, help, helpIcon, error, ok } = props
  const words = useUiWords()
  const id = useId()
  const input = useRef<HTMLInputElement>(null)
  const nextPlace = useRef<number | undefined>(undefined)
  const [place, setPlace] = useState<number | undefined>(undefined)
  const [refused, setRefused] = useState<DigitsEdit['refused']>(undefined)
  const [edits, setEdits] = useState(0)
  useTakeFocus(id, takesFocus)

  const select = (at: number) => {
    const { start, end } = placeInDigits(at, value.length)
    input.current?.setSelectionRange(start, end)
    setPlace(start)
  }
  // React puts digits (or, after a refusal, the old ones) in with the caret at their end; typing goes on where they were
  // typed.
  useLayoutEffect(() => {
    if (place === undefined) return
    select(nextPlace.current ?? place)
    nextPlace.current = undefined
    // oxlint-disable-next-line react-hooks/exhaustive-deps -- nothing but an edit or new digits moves the place by itself
  }, [value, edits])

  const edit = (event: ChangeEvent<HTMLInputElement>) => {
    const { value: raw, selectionStart } = event.currentTarget
    const next = editDigits(value, raw, length)
    setRefused(next.refused)
    setEdits(edits + 1)
    if (next.digits === value) return
    const isBackspace =
      event.nativeEvent instanceof InputEvent && event.nativeEvent.inputType === 'deleteContentBackward'
    nextPlace.current = placeAfterEdit(next.digits, raw, selectionStart ?? raw.length, isBackspace)
    onChange(next.digits)
    if (next.digits.length === length) onComplete?.(next.digits)
  }

  const refusal: ReactNode =
    refused === 'not-digits' ? words.onlyDigits : refused === 'too-many' ? words.tooManyDigits(length) : undefined
  const bad = hasContent(error) ? error : refusal
  const isBad = hasContent(bad)
  const isOk = !isBad && hasContent(ok)
  const said = isBad ? bad : isOk ? ok : help
  const tone = isBad ? 'danger' : isOk ? 'ok' : 'plain'
  const starts = groupStarts(length)
  const here = place === undefined ? undefined : Math.min(place, length - 1)
  const caption = (
    <>
      <label htmlFor={id} className={isLabelHidden ? 'vh' : 'lk-label'}>
        {label}
      </label>
      {isInline && (
        <Help id={`${id}-said`} tone={tone} icon={tone === 'plain' ? helpIcon : undefined}>
          {said}
        </Help>
      )}
    </>
  )
  const boxes = (
    <div className={cx('lk-six', isAccepted && 'is-ok', isBad && 'is-bad', `is-of-${length}`)}>
      {Array.from({ length }, (_, at) => (
        <span
          key={at}
          aria-hidden="true"
          className={cx(
            'box',
            here === at && 'is-here',
            starts.has(at) && 'is-start',
            value[at] === undefined && 'is-open',
          )}
        >
          {value[at]}
        </span>
      ))}
      <input
        ref={input}
        id={id}
        type="text"
        inputMode="numeric"
        autoComplete="one-time-code"
        spellCheck={false}
        value={value}
        readOnly={isAccepted}
        disabled={isDisabled}
        aria-invalid={isBad || undefined}
        aria-describedby={cx(`${id}-said`, `${id}-count`)}
        onChange={edit}
        onKeyDown={(event) => {
          if (event.ctrlKey || event.metaKey || event.altKey || event.shiftKey) return
          const move = moveInDigits(event.key, place ?? value.length, value)
          if (!move) return
          event.preventDefault()
          select(move.start)
        }}
        onFocus={() => select(isAccepted ? 0 : value.length)}
        onBlur={() => setPlace(undefined)}
        onPointerUp={(event) => {
          const boxesNow = [...event.currentTarget.parentElement!.querySelectorAll('.box')]
          const at = boxesNow.findLastIndex((box) => box.getBoundingClientRect().left <= event.clientX)
          select(at)
        }}
      />
      <span id={`${id}-count`} className="vh" hidden>
        {words.digitsTyped(value.length, length)}
      </span>
    </div>
  )
  return isInline ? (
    <>
      <div>{caption}</div>
      {boxes}
    </>
  ) : (
    <div className="lk-field">
      {caption}
      {boxes}
      <Help id={`${id}-said`} tone={tone} icon={tone === 'plain' ? helpIcon : undefined}>
        {said}
      </Help>
    </div>
  )
}

function groupStarts(length: number): Set<number> {
  const starts = new Set<number>()
  let at = 0
  for (const size of digitGroups(length)) {
    if (at > 0) starts.add(at)
    at += size
  }
  return starts
}
