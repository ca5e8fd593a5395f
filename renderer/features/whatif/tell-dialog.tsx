/** What the person adds of their own accord: small forms, one for each kind of thing that no program can see. */
import { useState } from 'react'
import type { NamedAccount } from '../../../shared/contract/index.ts'
import { accountKey, THIS_COMPUTER, type AccountRef, type DeviceRef } from '../../../shared/domain/loss/index.ts'
import { form as words } from '../../i18n/whatif-told.ts'
import { capital, namedWords } from '../../i18n/whatif-names.ts'
import { Checkbox, RadioCards } from '../../ui/index.ts'
import type { TellKind } from './actions.ts'
import { AccountField, NEW_THING, NewThing, noThing, thingFault, ThingField, type ThingTyped } from './fields.tsx'
import type { WhatIf } from './look.ts'
import type { NameBook } from './names.ts'
import { SayForm } from './say-form.tsx'
import { useSay } from './use-say.ts'

interface TellDialogProps {
  readonly kind: TellKind
  /** Known beforehand, where it was asked for from a row. */
  readonly account?: NamedAccount | undefined
  readonly names: NameBook
  readonly whatif: WhatIf
  readonly onClose: () => void
}

export function TellDialog(props: TellDialogProps) {
  switch (props.kind) {
    case 'thing':
      return <TellThing {...props} />
    case 'copy':
      return <TellCopy {...props} />
    case 'recovery-codes':
      return <TellCodes {...props} />
    case 'password':
      return <TellPassword {...props} />
    case 'backup':
    case 'mailbox':
    case 'number':
      return <TellPlace {...props} kind={props.kind} />
    case 'support':
      return <TellSupport {...props} />
  }
}

function TellThing({ names, onClose }: TellDialogProps) {
  const say = useSay(onClose)
  const [thing, setThing] = useState<ThingTyped>({ ...noThing(), chosen: NEW_THING })
  return (
    <SayForm
      title={words.titles.thing}
      why={words.whys.thing}
      say={say}
      isReady={thingFault(thing, names) === undefined}
      onSave={() => say.say(() => [], thing)}
      onClose={onClose}
    >
      <NewThing value={thing} onChange={setThing} names={names} />
    </SayForm>
  )
}

function TellCopy({ names, whatif, onClose }: TellDialogProps) {
  const say = useSay(onClose)
  const [of, setOf] = useState<AccountRef | undefined>(undefined)
  const [thing, setThing] = useState(noThing())
  const codes = codesOf(names, whatif)
  const chosen = of && codes.find(({ account }) => accountKey(account.ref) === accountKey(of))
  return (
    <SayForm
      title={words.titles.copy}
      why={words.whys.copy}
      say={say}
      isReady={chosen !== undefined && thing.chosen !== THIS_COMPUTER && thingFault(thing, names) === undefined}
      onSave={() => say.say((on) => [{ list: 'copies', item: { of: chosen!.of, on } }], thing)}
      onClose={onClose}
    >
      <AccountField label={words.code} accounts={codes.map(({ account }) => account)} value={of} onChange={setOf} />
      <ThingField
        value={thing}
        onChange={setThing}
        names={{ ...names, things: names.things.filter(({ id }) => id !== THIS_COMPUTER) }}
      />
    </SayForm>
  )
}

type CodeRef = { is: 'entry'; entryId: string } | ({ is: 'device' } & DeviceRef)
/** Entries, and virtual devices by their names: those make codes that can be in two places. */
function codesOf(names: NameBook, whatif: WhatIf): readonly { readonly account: NamedAccount; readonly of: CodeRef }[] {
  const entries = names.accounts.flatMap((account) => {
    const { ref } = account
    return ref.is === 'entry' ? [{ account, of: { is: 'entry', entryId: ref.entryId } as const }] : []
  })
  const devices = whatif.losables.flatMap(({ what, kind, name, of }) =>
    what.is === 'device' && kind === 'virtual-totp'
      ? [
          {
            of: what,
            // Chosen by the device, shown by its name: two of one identity are two lines.
            account: {
              ref: { is: 'site', rpId: what.deviceId, userId: `${what.backendId} ${what.identityId}` },
              name: { kind: 'entry', at: name, who: of ? `${of.who}, ${of.at}` : '' },
            } satisfies NamedAccount,
          },
        ]
      : [],
  )
  return [...entries, ...devices]
}

function TellCodes({ account, names, onClose }: TellDialogProps) {
  const say = useSay(onClose)
  const [of, setOf] = useState<AccountRef | undefined>(account?.ref)
  const [thing, setThing] = useState(noThing('sheet'))
  return (
    <SayForm
      title={words.titles['recovery-codes']}
      why={words.whys['recovery-codes']}
      say={say}
      isReady={of !== undefined && thingFault(thing, names) === undefined}
      onSave={() => say.say((on) => [{ list: 'recoveryCodes', item: { of: of!, on } }], thing)}
      onClose={onClose}
    >
      <AccountField label={words.account} accounts={account ? [account] : names.accounts} value={of} onChange={setOf} />
      <ThingField value={thing} onChange={setThing} names={names} />
    </SayForm>
  )
}

function TellPassword({ names, onClose }: TellDialogProps) {
  const say = useSay(onClose)
  const [of, setOf] = useState<AccountRef | undefined>(undefined)
  const [isRemembered, setRemembered] = useState(true)
  const [on, setOn] = useState<readonly string[]>([])
  return (
    <SayForm
      title={words.titles.password}
      why={words.whys.password}
      say={say}
      isReady={of !== undefined && (isRemembered || on.length > 0)}
      onSave={() => say.say(() => [{ list: 'passwords', item: { of: of!, isRemembered, on: [...on] } }])}
      onClose={onClose}
    >
      <AccountField label={words.account} accounts={names.accounts} value={of} onChange={setOf} />
      <fieldset>
        <legend className="lk-label">{words.keptOn}</legend>
        <Checkbox label={words.remembered} isChecked={isRemembered} onChange={setRemembered} />
        {names.things.map(({ id, name }) => (
          <Checkbox
            key={id}
            label={capital(name)}
            isChecked={on.includes(id)}
            onChange={(isOn) => setOn(isOn ? [...on, id] : on.filter((other) => other !== id))}
          />
        ))}
      </fieldset>
    </SayForm>
  )
}

/** A backup and a number are on a thing; a mailbox is opened by an account. */
function TellPlace({ kind, names, whatif, onClose }: TellDialogProps & { kind: 'backup' | 'mailbox' | 'number' }) {
  const say = useSay(onClose)
  const [subject, setSubject] = useState<string | undefined>(undefined)
  const [thing, setThing] = useState(noThing())
  const [account, setAccount] = useState<AccountRef | undefined>(undefined)
  const subjects = whatif.losables.flatMap((row) => {
    const { what } = row
    if (kind === 'backup') return what.is === 'backup' ? [{ value: what.backup, label: capital(namedWords(row)) }] : []
    const contact = kind === 'mailbox' ? 'email' : 'phone'
    return what.is === 'contact' && what.contact === contact ? [{ value: what.value, label: what.value }] : []
  })
  const isPlaced = kind === 'mailbox' ? account !== undefined : thingFault(thing, names) === undefined
  const save = () => {
    if (kind === 'mailbox')
      return say.say(() => [{ list: 'mailboxes', item: { address: subject!, account: account! } }])
    return kind === 'backup'
      ? say.say((on) => [{ list: 'backupsAt', item: { backup: subject!, on } }], thing)
      : say.say((on) => [{ list: 'numbers', item: { number: subject!, on } }], thing)
  }
  return (
    <SayForm
      title={words.titles[kind]}
      why={words.whys[kind]}
      say={say}
      isReady={subject !== undefined && isPlaced}
      onSave={save}
      onClose={onClose}
    >
      {subjects.length === 0 ? (
        <p className="muted">{kind === 'backup' ? words.noBackup : words.noContact}</p>
      ) : (
        <>
          <RadioCards
            label={{ backup: words.backup, mailbox: words.address, number: words.number }[kind]}
            value={subject}
            onChange={setSubject}
            options={subjects}
          />
          {kind === 'mailbox' ? (
            <AccountField label={words.account} accounts={names.accounts} value={account} onChange={setAccount} />
          ) : (
            <ThingField value={thing} onChange={setThing} names={names} />
          )}
        </>
      )}
    </SayForm>
  )
}

function TellSupport({ names, onClose }: TellDialogProps) {
  const say = useSay(onClose)
  const [of, setOf] = useState<AccountRef | undefined>(undefined)
  const sites = names.accounts.filter(({ ref }) => ref.is !== 'identity')
  return (
    <SayForm
      title={words.titles.support}
      why={words.whys.support}
      say={say}
      isReady={of !== undefined}
      onSave={() => say.say(() => [{ list: 'supportHelps', item: of! }])}
      onClose={onClose}
    >
      <AccountField label={words.account} accounts={sites} value={of} onChange={setOf} />
    </SayForm>
  )
}
