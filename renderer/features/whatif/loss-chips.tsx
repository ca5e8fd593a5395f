/** What can be lost, as chips: one or more are chosen, and of a chosen one how it is gone. */
import { useRef, useState, type KeyboardEvent } from 'react'
import type { LosableRow } from '../../../shared/contract/index.ts'
import { LOSSES } from '../../../shared/domain/device.ts'
import { losableKey, type LossItem } from '../../../shared/domain/loss/index.ts'
import { whatif as words } from '../../i18n/whatif.ts'
import { capital, chipWords, isKnowledge } from '../../i18n/whatif-names.ts'
import { Button, cx, Icon, Link, Menu } from '../../ui/index.ts'
import { canDiffer, changed, chipsShown, howOf, kindIcons, toggled } from './look.ts'
import { MoreDialog } from './more-dialog.tsx'

export interface LossChipsProps {
  readonly losables: readonly LosableRow[]
  readonly losses: readonly LossItem[]
  readonly onChange: (losses: readonly LossItem[]) => void
}

export function LossChips({ losables, losses, onChange }: LossChipsProps) {
  const { shown, hidden } = chipsShown(losables, losses)
  const [isMoreOpen, setMoreOpen] = useState(false)
  const [reached, setReached] = useState<string | undefined>(undefined)
  const row = useRef<HTMLDivElement>(null)
  // Tab goes to one chip, arrows to the others.
  const stop = shown.find(({ what }) => losableKey(what) === reached) ?? shown[0]
  const move = (event: KeyboardEvent) => {
    const chips = [...(row.current?.querySelectorAll<HTMLElement>('[data-chip]') ?? [])]
    const at = chips.findIndex((chip) => chip === document.activeElement)
    const to = {
      ArrowRight: at + 1,
      ArrowDown: at + 1,
      ArrowLeft: at - 1,
      ArrowUp: at - 1,
      Home: 0,
      End: chips.length - 1,
    }[event.key]
    if (to === undefined || at < 0) return
    event.preventDefault()
    chips[(to + chips.length) % chips.length]?.focus()
  }
  return (
    <div className="lk-losses">
      <span className="lbl" aria-hidden="true">
        {words.ifLost}
      </span>
      {/* oxlint-disable-next-line jsx-a11y/no-noninteractive-element-interactions -- arrows move between the buttons inside */}
      <div ref={row} role="group" aria-label={words.chips} className="lk-chips" onKeyDown={move}>
        {shown.map((losable) => (
          <LossChip
            key={losableKey(losable.what)}
            losable={losable}
            losses={losses}
            onChange={onChange}
            isStop={losable === stop}
            onReach={() => setReached(losableKey(losable.what))}
          />
        ))}
        {hidden > 0 && (
          <Button className="lk-chip-more" onClick={() => setMoreOpen(true)}>
            {words.more(hidden)}
          </Button>
        )}
        {losses.length > 0 && <Link onClick={() => onChange([])}>{words.clear}</Link>}
      </div>
      {isMoreOpen && (
        <MoreDialog losables={losables} losses={losses} onChange={onChange} onClose={() => setMoreOpen(false)} />
      )}
    </div>
  )
}

interface LossChipProps extends Omit<LossChipsProps, 'losables'> {
  readonly losable: LosableRow
  readonly isStop: boolean
  readonly onReach: () => void
}

function LossChip({ losable, losses, onChange, isStop, onReach }: LossChipProps) {
  const how = howOf(losses, losable.what)
  const name = chipWords(losable)
  const isChosen = how !== undefined
  const hasHow = isChosen && canDiffer(losable)
  // One place in the page whether chosen or not: the focus stays on it.
  return (
    <span className={cx('lk-chip-pair', hasHow && 'has-how')}>
      <button
        type="button"
        data-chip
        className="lk-chip"
        aria-pressed={isChosen}
        title={losable.of ? `${name}, ${losable.of.who}, ${losable.of.at}` : name}
        tabIndex={isStop ? 0 : -1}
        onFocus={onReach}
        onClick={() => onChange(toggled(losses, losable.what))}
      >
        <Icon name={isChosen ? 'minus' : kindIcons[losable.kind]} />
        <span className="clip">{name}</span>
        {losable.of && <span className="of clip">{losable.of.who}</span>}
        {isChosen && <span className="vh">, {isKnowledge(losable) ? 'forgotten' : words.hows[how]}</span>}
      </button>
      {hasHow && (
        <Menu
          label={words.how(name)}
          trigger={
            <button type="button" className="how" aria-label={`${words.how(name)}: ${words.hows[how]}`}>
              {words.hows[how]}
              <Icon name="down" />
            </button>
          }
          entries={LOSSES.map((each) => ({
            key: each,
            label: capital(words.howsLong[each]),
            isChecked: each === how,
            onSelect: () => onChange(changed(losses, losable.what, each)),
          }))}
        />
      )}
    </span>
  )
}
