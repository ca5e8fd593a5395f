/** Contacts of a root user: confirmed when seen to reach their person, and changed by who may. */
import { useState } from 'react'
import type { IdentityRow } from '../../../shared/contract/index.ts'
import type { ContactKind } from '../../../shared/domain/device.ts'
import { useCall } from '../../client/index.ts'
import { contacts as words, reasonWords } from '../../i18n/devices.ts'
import { errorWords } from '../../i18n/errors.ts'
import { Button, Dialog, Help, Icon, Select, TextField, useToast } from '../../ui/index.ts'
import { contactFault } from './contact-fault.ts'
import { phoneChangersFor, warningsOf } from './look.ts'

interface ContactsDialogProps {
  readonly row: IdentityRow
  readonly all: readonly IdentityRow[]
  readonly now: number
  readonly onClose: () => void
}

const icons = { email: 'mail', phone: 'call' } as const

export function ContactsDialog({ row, all, now, onClose }: ContactsDialogProps) {
  const [edited, setEdited] = useState<ContactKind | undefined>(undefined)
  return (
    <Dialog
      isOpen
      onClose={onClose}
      size="lg"
      title={words.title}
      footer={<Button onClick={onClose}>{words.close}</Button>}
    >
      <p className="muted">{words.why}</p>
      {(['email', 'phone'] as const).map((kind) =>
        edited === kind ? (
          <Editing key={kind} row={row} all={all} kind={kind} onDone={() => setEdited(undefined)} />
        ) : (
          <Present key={kind} row={row} kind={kind} now={now} onEdit={() => setEdited(kind)} />
        ),
      )}
    </Dialog>
  )
}

interface PresentProps {
  readonly row: IdentityRow
  readonly kind: ContactKind
  readonly now: number
  readonly onEdit: () => void
}

function Present({ row, kind, now, onEdit }: PresentProps) {
  const confirm = useCall('devices.confirmContact')
  const toast = useToast()
  const contact = row.contacts?.[kind]
  const isOld = warningsOf(row, 'contact-old').some((warning) => warning.contact === kind)
  const set = kind === 'email' ? row.can.setEmail : row.can.setPhone
  const confirmNow = async () => {
    try {
      await confirm.run({ identity: row.ref, contact: kind })
      toast(words.confirmedNow(kind))
    } catch {
      // `confirm.error` has it.
    }
  }
  const confirmable = row.can.confirmContact
  return (
    <section className="lk-contact" aria-label={words.names[kind]}>
      <div className="line">
        <Icon name={icons[kind]} />
        <div className="grow">
          <div className="clip">{contact ? contact.value : words.missing[kind]}</div>
          <div className={isOld || !contact ? 'meta t-warn' : 'meta'}>
            {contact &&
              (contact.confirmedAt === undefined ? words.neverConfirmed : words.confirmed(contact.confirmedAt, now))}
          </div>
        </div>
        <Button why={set.can ? undefined : reasonWords(set.reason)} onClick={onEdit}>
          {contact ? words.change : words.add}
        </Button>
        {contact && (
          <Button
            icon="check"
            isBusy={confirm.pending}
            why={confirmable.can ? undefined : reasonWords(confirmable.reason)}
            onClick={() => void confirmNow()}
          >
            {words.reaches[kind]}
          </Button>
        )}
      </div>
      {contact && <Help>{kind === 'email' ? words.howEmail : words.howPhone}</Help>}
      <Help tone="danger">{confirm.error ? errorWords(confirm.error) : undefined}</Help>
    </section>
  )
}

interface EditingProps {
  readonly row: IdentityRow
  readonly all: readonly IdentityRow[]
  readonly kind: ContactKind
  readonly onDone: () => void
}

const ROOT = ''

function Editing({ row, all, kind, onDone }: EditingProps) {
  const set = useCall('devices.setContact')
  const toast = useToast()
  const present = row.contacts?.[kind]?.value ?? ''
  const [value, setValue] = useState(present)
  const administrators = kind === 'phone' ? phoneChangersFor(row, all) : []
  const [as, setAs] = useState(ROOT)
  const typed = value.trim()
  const fault = contactFault(kind, typed, present)
  const save = async () => {
    if (fault !== undefined || set.pending) return
    try {
      await set.run({
        identity: row.ref,
        contact: kind,
        value: typed,
        ...(as === ROOT ? {} : { asAdministrator: as }),
      })
      toast(words.saved(kind))
      onDone()
    } catch {
      // `set.error` has it; what was typed stays.
    }
  }
  const shown = fault === 'empty' || fault === undefined ? undefined : fault
  return (
    <form
      className="lk-contact"
      onSubmit={(event) => {
        event.preventDefault()
        void save()
      }}
    >
      <TextField
        label={words.names[kind]}
        type={kind === 'email' ? 'email' : 'tel'}
        maxLength={320}
        value={value}
        onChange={(text) => {
          setValue(text)
          set.reset()
        }}
        takesFocus
        help={kind === 'email' ? words.whoEmail : words.whoPhone}
        error={
          set.error
            ? errorWords(set.error)
            : shown === 'same'
              ? undefined
              : shown && (kind === 'email' ? words.badEmail : words.badPhone)
        }
      />
      {administrators.length > 0 && (
        <Select
          label={words.as}
          value={as}
          onChange={setAs}
          options={[
            { value: ROOT, label: words.asRoot },
            ...administrators.map(({ identity }) => ({
              value: identity.id,
              label: words.asAdministrator(identity.name),
            })),
          ]}
        />
      )}
      <div className="line">
        <span className="grow" />
        <Button onClick={onDone} disabled={set.pending}>
          {words.cancel}
        </Button>
        <Button type="submit" variant="primary" isBusy={set.pending} disabled={fault !== undefined}>
          {words.save}
        </Button>
      </div>
    </form>
  )
}
