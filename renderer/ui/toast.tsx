import { createContext, useCallback, useContext, useEffect, useMemo, useState, type ReactNode } from 'react'
import type { Clock } from '../../shared/kit/index.ts'
import { IconButton, Link } from './buttons.tsx'
import { cx } from './cx.ts'
import { Icon, type IconName } from './icons.tsx'
import { useUiWords } from './words.tsx'

export interface Toast {
  text: ReactNode
  tone?: 'ok' | 'plain' | 'warn' | 'danger' | undefined
  icon?: IconName | undefined
  /** Something to do about it: undo, show. */
  action?: { label: string; onSelect: () => void } | undefined
  /** How long it stays in milliseconds. Trouble stays until it is closed. */
  stayMs?: number | undefined
}

interface Shown extends Toast {
  count: number
}

interface ToastState {
  shown: Shown | undefined
  clock: Clock
  show: (toast: Toast | string) => void
  close: () => void
}

const ToastContext = createContext<ToastState | undefined>(undefined)

/** Keeps the one toast there is; a new one takes the place of the old. */
export function ToastProvider({ clock, children }: { clock: Clock; children: ReactNode }) {
  const [shown, setShown] = useState<Shown | undefined>(undefined)
  const show = useCallback((toast: Toast | string) => {
    setShown((last) => ({ ...(typeof toast === 'string' ? { text: toast } : toast), count: (last?.count ?? 0) + 1 }))
  }, [])
  const close = useCallback(() => setShown(undefined), [])
  const state = useMemo(() => ({ shown, clock, show, close }), [shown, clock, show, close])
  return <ToastContext value={state}>{children}</ToastContext>
}

function useToastState(): ToastState {
  const state = useContext(ToastContext)
  if (!state) throw new Error('toasts need a UiProvider above them')
  return state
}

/** Says in passing what was done: `toast('Copied.')`. Not for what must be read: that stands where it happened. */
export function useToast(): (toast: Toast | string) => void {
  return useToastState().show
}

const toneIcons = { ok: 'check', plain: 'info', warn: 'warn', danger: 'alert' } as const

/** Where the toast appears. `Main` holds one; there must be no second. */
export function ToastOutlet() {
  const { shown, clock, close } = useToastState()
  const words = useUiWords()
  const [isHeld, setHeld] = useState(false)
  const tone = shown?.tone ?? 'ok'
  const stays = tone === 'danger' && shown?.stayMs === undefined
  const stayMs = shown?.stayMs ?? (shown?.action ? 8000 : 4000)
  useEffect(() => {
    if (!shown || stays || isHeld) return undefined
    return clock.after(stayMs, close)
  }, [shown, stays, stayMs, isHeld, clock, close])
  return (
    <div className="lk-toasts" aria-live="polite" aria-atomic="true">
      {shown && (
        <div
          key={shown.count}
          className={cx('lk-toast', `is-${tone}`)}
          onPointerEnter={() => setHeld(true)}
          onPointerLeave={() => setHeld(false)}
          onFocus={() => setHeld(true)}
          onBlur={() => setHeld(false)}
        >
          <Icon name={shown.icon ?? toneIcons[tone]} />
          <span>{shown.text}</span>
          {shown.action && (
            <Link
              onClick={() => {
                shown.action?.onSelect()
                close()
              }}
            >
              {shown.action.label}
            </Link>
          )}
          {(stays || shown.action) && <IconButton icon="x" label={words.close} onClick={close} />}
        </div>
      )}
    </div>
  )
}
