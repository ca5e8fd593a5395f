/** Keys that work everywhere, and the list of them on `?`. */
import { useEffect } from 'react'
import { shortcuts } from '../i18n/frame.ts'
import { Dialog, Kbd } from '../ui/index.ts'

export interface GlobalKeys {
  readonly onPalette: () => void
  readonly onHelp: () => void
  readonly onLock: () => void
  readonly onRoom: (index: number) => void
  readonly onAdd: () => void
}

/** Letters typed into a field stay there; combinations with Ctrl or Cmd work everywhere. */
export function useGlobalKeys(keys: GlobalKeys): void {
  useEffect(() => {
    const onKeyDown = (event: KeyboardEvent) => {
      const act = actionFor(event, keys)
      if (!act || event.defaultPrevented) return
      event.preventDefault()
      act()
    }
    window.addEventListener('keydown', onKeyDown)
    return () => window.removeEventListener('keydown', onKeyDown)
  }, [keys])
}

function actionFor(event: KeyboardEvent, keys: GlobalKeys): (() => void) | undefined {
  if (event.ctrlKey || event.metaKey) {
    if (event.altKey || event.shiftKey) return undefined
    const key = event.key.toLowerCase()
    if (key === 'k') return keys.onPalette
    if (key === 'l') return keys.onLock
    if (key === 'n') return keys.onAdd
    if (key >= '1' && key <= '6') return () => keys.onRoom(Number(key) - 1)
    return undefined
  }
  return event.key === '?' && !isTyping(event.target) ? keys.onHelp : undefined
}

export const isTyping = (target: EventTarget | null) =>
  target instanceof HTMLElement && (target.isContentEditable || /^(INPUT|TEXTAREA|SELECT)$/.test(target.tagName))

export function ShortcutList({ isOpen, onClose }: { isOpen: boolean; onClose: () => void }) {
  return (
    <Dialog isOpen={isOpen} onClose={onClose} title={shortcuts.title}>
      <dl className="lk-shortcuts">
        {shortcuts.rows.map(([keys, what]) => (
          <div key={keys}>
            <dt>
              <Kbd>{keys}</Kbd>
            </dt>
            <dd>{what}</dd>
          </div>
        ))}
      </dl>
    </Dialog>
  )
}
