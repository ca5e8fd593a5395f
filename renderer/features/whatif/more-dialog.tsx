/** Everything that can be lost, by group, where it is too much for a row of chips. */
import { useMemo, useState } from 'react'
import { LOSABLE_GROUPS, type LosableRow } from '../../../shared/contract/index.ts'
import { losableKey, type LossItem } from '../../../shared/domain/loss/index.ts'
import { groups, whatif as words } from '../../i18n/whatif.ts'
import { chipWords } from '../../i18n/whatif-names.ts'
import { Button, Checkbox, Dialog, SearchField } from '../../ui/index.ts'
import { findLosables, howOf, toggled } from './look.ts'

/** More are found by name; nobody reads them all. */
const MOST_LISTED = 120

interface MoreDialogProps {
  readonly losables: readonly LosableRow[]
  readonly losses: readonly LossItem[]
  readonly onChange: (losses: readonly LossItem[]) => void
  readonly onClose: () => void
}

export function MoreDialog({ losables, losses, onChange, onClose }: MoreDialogProps) {
  const [query, setQuery] = useState('')
  const found = useMemo(() => findLosables(losables, query), [losables, query])
  const listed = found.slice(0, MOST_LISTED)
  return (
    <Dialog
      isOpen
      onClose={onClose}
      title={words.moreTitle}
      footer={
        <Button variant="primary" onClick={onClose}>
          {words.close}
        </Button>
      }
    >
      <SearchField label={words.search} placeholder={words.search} value={query} onChange={setQuery} />
      {/* oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex -- it scrolls, also by keyboard (WCAG 2.1.1) */}
      <div className="lk-more-losses" role="region" aria-label={words.moreTitle} tabIndex={0}>
        {listed.length === 0 && <p className="muted">{words.nothingFound(query.trim())}</p>}
        {LOSABLE_GROUPS.map((group) => {
          const own = listed.filter((row) => row.group === group)
          if (own.length === 0) return null
          return (
            <section key={group} aria-label={groups[group]}>
              <h3>{groups[group]}</h3>
              {own.map((row) => (
                <Checkbox
                  key={losableKey(row.what)}
                  label={
                    <>
                      {chipWords(row)} {row.of && <span className="faint">{`${row.of.who}, ${row.of.at}`}</span>}
                    </>
                  }
                  isChecked={howOf(losses, row.what) !== undefined}
                  onChange={() => onChange(toggled(losses, row.what))}
                />
              ))}
            </section>
          )
        })}
        {found.length > listed.length && <p className="muted">{words.onlySome(found.length - listed.length)}</p>}
      </div>
    </Dialog>
  )
}
