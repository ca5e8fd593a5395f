/** The two questions that most forms share: on what thing, and which account. */
import { useState } from 'react'
import type { NamedAccount } from '../../../shared/contract/index.ts'
import { accountKey, THING_KINDS, type AccountRef } from '../../../shared/domain/loss/index.ts'
import { accountMeta, accountTitle, capital } from '../../i18n/whatif-names.ts'
import { form as words, thingKinds } from '../../i18n/whatif-told.ts'
import { Help, RadioCards, SearchField, Select, TextField } from '../../ui/index.ts'
import { findAccounts, type NameBook } from './names.ts'

export const NEW_THING = 'new'
export type ThingKind = (typeof THING_KINDS)[number]

/** A thing that is listed, or a new one. */
export interface ThingTyped {
  readonly chosen: string | undefined
  readonly kind: ThingKind
  readonly name: string
}
export const noThing = (kind: ThingKind = 'phone'): ThingTyped => ({ chosen: undefined, kind, name: '' })

/** Why it can't be said yet; nothing where it can. */
export function thingFault({ chosen, name }: ThingTyped, names: NameBook): string | undefined {
  if (chosen !== NEW_THING) return chosen === undefined ? '' : undefined
  const typed = name.trim()
  if (typed === '') return ''
  return names.things.some((thing) => thing.name === typed) ? words.nameTaken : undefined
}

interface ThingFieldProps {
  readonly value: ThingTyped
  readonly onChange: (value: ThingTyped) => void
  readonly names: NameBook
  readonly label?: string
}

export function ThingField({ value, onChange, names, label = words.on }: ThingFieldProps) {
  return (
    <>
      <RadioCards
        label={label}
        value={value.chosen}
        onChange={(chosen) => onChange({ ...value, chosen })}
        options={[
          ...names.things.map(({ id, name }) => ({ value: id, label: capital(name) })),
          { value: NEW_THING, label: words.newThing },
        ]}
      />
      {value.chosen === NEW_THING && <NewThing value={value} onChange={onChange} names={names} />}
    </>
  )
}

export function NewThing({ value, onChange, names }: ThingFieldProps) {
  return (
    <>
      <Select
        label={words.kind}
        value={value.kind}
        onChange={(kind) => onChange({ ...value, kind })}
        options={THING_KINDS.map((kind) => ({ value: kind, label: thingKinds[kind] }))}
      />
      <TextField
        label={words.name}
        help={words.nameHelp}
        error={thingFault(value, names) || undefined}
        value={value.name}
        maxLength={128}
        onChange={(name) => onChange({ ...value, name })}
      />
    </>
  )
}

interface AccountFieldProps {
  readonly label: string
  readonly accounts: readonly NamedAccount[]
  readonly value: AccountRef | undefined
  readonly onChange: (value: AccountRef) => void
}

/** One of the accounts: searched where there are many. */
export function AccountField({ label, accounts, value, onChange }: AccountFieldProps) {
  const [query, setQuery] = useState('')
  const { found, more } = findAccounts(accounts, query)
  return (
    <>
      {accounts.length > found.length || query !== '' ? (
        <SearchField label={words.find} placeholder={words.find} value={query} onChange={setQuery} />
      ) : null}
      <div className="lk-pick-account">
        <RadioCards
          label={label}
          value={value && accountKey(value)}
          onChange={(key) => {
            const account = found.find(({ ref }) => accountKey(ref) === key)
            if (account) onChange(account.ref)
          }}
          options={found.map(({ ref, name }) => ({
            value: accountKey(ref),
            label: accountTitle(name),
            meta: accountMeta(name) || undefined,
          }))}
        />
      </div>
      {found.length === 0 && <p className="muted">{words.noAccount(query.trim())}</p>}
      {more > 0 && <Help>{words.moreAccounts(more)}</Help>}
    </>
  )
}
