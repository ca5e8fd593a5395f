/** How a root user is reached when no device is left, and when each way was last seen to work (rule 6). */
import type { IdentityRow } from '../../../shared/contract/index.ts'
import type { ContactKind } from '../../../shared/domain/device.ts'
import { contacts as words } from '../../i18n/devices.ts'
import { Contact, Contacts, Link } from '../../ui/index.ts'
import { warningsOf } from './look.ts'

const KINDS: readonly ContactKind[] = ['email', 'phone']
const icons = { email: 'mail', phone: 'call' } as const

export function ContactLine({ row, now, onOpen }: { row: IdentityRow; now: number; onOpen: () => void }) {
  const old = new Set(warningsOf(row, 'contact-old').map(({ contact }) => contact))
  const missing = new Set(warningsOf(row, 'contact-missing').map(({ contact }) => contact))
  return (
    <Contacts
      action={
        <Link onClick={onOpen} label={words.label(row.identity.name)}>
          {old.size + missing.size > 0 ? words.check : words.edit}
        </Link>
      }
    >
      {KINDS.map((kind) => {
        const contact = row.contacts?.[kind]
        if (!contact) return <Contact key={kind} icon={icons[kind]} value="" when={words.missing[kind]} isOld />
        return (
          <Contact
            key={kind}
            icon={icons[kind]}
            value={contact.value}
            when={contact.confirmedAt === undefined ? words.neverConfirmed : words.confirmed(contact.confirmedAt, now)}
            isOld={old.has(kind)}
          />
        )
      })}
    </Contacts>
  )
}
