/** One question that would settle what is not known, with its answers. */
import { useState } from 'react'
import type { LossQuestion } from '../../../shared/contract/index.ts'
import type { AccountRef } from '../../../shared/domain/loss/index.ts'
import { form as words } from '../../i18n/whatif-told.ts'
import { questionWords } from '../../i18n/whatif-questions.ts'
import { RadioCards, TextField } from '../../ui/index.ts'
import { AccountField, noThing, thingFault, ThingField } from './fields.tsx'
import type { WhatIf } from './look.ts'
import type { NameBook } from './names.ts'
import { SayForm } from './say-form.tsx'
import { useSay } from './use-say.ts'

interface AnswerDialogProps<Q extends LossQuestion = LossQuestion> {
  readonly question: Q
  readonly names: NameBook
  readonly whatif: WhatIf
  readonly onKeys: () => void
  readonly onClose: () => void
}
type Asked<A extends LossQuestion['ask']> = AnswerDialogProps<Extract<LossQuestion, { ask: A }>>

export function AnswerDialog({ question, ...rest }: AnswerDialogProps) {
  switch (question.ask) {
    case 'where-is-device':
    case 'where-is-backup':
    case 'where-number-rings':
      return <OnWhat question={question} {...rest} />
    case 'which-key-is-device':
      return <WhichKey question={question} {...rest} />
    case 'which-key-opens-slot':
      return <SlotKey question={question} {...rest} />
    case 'other-ways':
      return <OtherWays question={question} {...rest} />
    case 'what-contact':
      return <WhatContact question={question} {...rest} />
    case 'who-administers':
      return <WhoAdministers question={question} {...rest} />
    case 'how-mailbox-opens':
      return <Mailbox question={question} {...rest} />
    case 'what-else-opens-with-key':
      return <WhatElse question={question} {...rest} />
  }
}

function OnWhat({ question, names, onClose }: Asked<'where-is-device' | 'where-is-backup' | 'where-number-rings'>) {
  const say = useSay(onClose)
  const [thing, setThing] = useState(noThing())
  const { ask, why } = questionWords(question)
  return (
    <SayForm
      title={ask}
      why={why}
      say={say}
      isReady={thingFault(thing, names) === undefined}
      onSave={() =>
        say.say((on) => {
          switch (question.ask) {
            case 'where-is-device':
              return [{ list: 'copies', item: { of: { is: 'device', ...question.device }, on } }]
            case 'where-is-backup':
              return [{ list: 'backupsAt', item: { backup: question.backup, on } }]
            case 'where-number-rings':
              return [{ list: 'numbers', item: { number: question.number, on } }]
          }
        }, thing)
      }
      onClose={onClose}
    >
      <ThingField value={thing} onChange={setThing} names={names} />
    </SayForm>
  )
}

function WhichKey({ question, whatif, onClose }: Asked<'which-key-is-device'>) {
  const say = useSay(onClose)
  const [key, setKey] = useState<string | undefined>(undefined)
  const { ask, why } = questionWords(question)
  const keys = whatif.losables.flatMap(({ what, name }) =>
    what.is === 'key' ? [{ value: what.key, label: name }] : [],
  )
  return (
    <SayForm
      title={ask}
      why={why}
      say={say}
      isReady={key !== undefined}
      onSave={() => say.say(() => [{ list: 'deviceKeys', item: { device: question.device, key: key! } }])}
      onClose={onClose}
    >
      <RadioCards label={words.which} value={key} onChange={setKey} options={keys} />
    </SayForm>
  )
}

/** The key itself tells, once it is plugged in. */
function SlotKey({ question, onKeys, onClose }: Asked<'which-key-opens-slot'>) {
  const say = useSay(onClose)
  const { ask, why } = questionWords(question)
  return (
    <SayForm title={ask} why={why} say={say} isReady go={words.toKeys} onSave={onKeys} onClose={onClose}>
      {null}
    </SayForm>
  )
}

type Way = keyof typeof words.ways

function OtherWays({ question, names, onClose }: Asked<'other-ways'>) {
  const say = useSay(onClose)
  const [way, setWay] = useState<Way | undefined>(undefined)
  const [thing, setThing] = useState(noThing('sheet'))
  const { ask, why } = questionWords(question)
  const { ref } = question.account
  const isReady = way !== undefined && (way !== 'codes' || thingFault(thing, names) === undefined)
  const save = () =>
    way === 'codes'
      ? say.say((on) => [{ list: 'recoveryCodes', item: { of: ref, on } }], thing)
      : say.say(() => [{ list: LIST_OF_WAY[way!], item: ref }])
  return (
    <SayForm title={ask} why={why} say={say} isReady={isReady} onSave={save} onClose={onClose}>
      <RadioCards
        label={ask}
        isLabelHidden
        value={way}
        onChange={setWay}
        options={(Object.keys(words.ways) as Way[]).map((value) => ({ value, label: words.ways[value] }))}
      />
      {way === 'codes' && <ThingField value={thing} onChange={setThing} names={names} />}
    </SayForm>
  )
}
const LIST_OF_WAY = { other: 'otherWay', support: 'supportHelps', none: 'everyWayKnown', codes: 'otherWay' } as const

function WhatContact({ question, whatif, onClose }: Asked<'what-contact'>) {
  const say = useSay(onClose)
  const [value, setValue] = useState('')
  const { ask, why } = questionWords(question)
  const { contact, identity } = question
  const typed = value.trim()
  const isGood = contact === 'email' ? /^[^@\s]+@[^@\s]+$/u.test(typed) : /\d{3}/u.test(typed)
  // The other contact of the same identity stays as it was told.
  const before = whatif.said.contacts.find(
    (told) => told.identity.backendId === identity.backendId && told.identity.identityId === identity.identityId,
  )
  return (
    <SayForm
      title={ask}
      why={why}
      say={say}
      isReady={isGood}
      onSave={() =>
        say.say(() => [
          { list: 'contacts', item: { identity, contacts: { ...before?.contacts, [contact]: { value: typed } } } },
        ])
      }
      onClose={onClose}
    >
      <TextField
        label={words.value[contact]}
        type={contact === 'email' ? 'email' : 'tel'}
        value={value}
        onChange={setValue}
        maxLength={320}
        error={typed !== '' && !isGood ? words.valueBad[contact] : undefined}
        takesFocus
      />
    </SayForm>
  )
}

function WhoAdministers({ question, onClose }: Asked<'who-administers'>) {
  const say = useSay(onClose)
  const [who, setWho] = useState<keyof typeof words.administrators | undefined>(undefined)
  const { ask, why } = questionWords(question)
  const ref: AccountRef = { is: 'identity', ...question.identity }
  return (
    <SayForm
      title={ask}
      why={why}
      say={say}
      isReady={who !== undefined}
      onSave={() => say.say(() => [{ list: who === 'other' ? 'otherWay' : 'everyWayKnown', item: ref }])}
      onClose={onClose}
    >
      <RadioCards
        label={ask}
        isLabelHidden
        value={who}
        onChange={setWho}
        options={(['other', 'none'] as const).map((value) => ({ value, label: words.administrators[value] }))}
      />
    </SayForm>
  )
}

function Mailbox({ question, names, onClose }: Asked<'how-mailbox-opens'>) {
  const say = useSay(onClose)
  const [account, setAccount] = useState<AccountRef | undefined>(undefined)
  const { ask, why } = questionWords(question)
  return (
    <SayForm
      title={ask}
      why={why}
      say={say}
      isReady={account !== undefined}
      onSave={() => say.say(() => [{ list: 'mailboxes', item: { address: question.address, account: account! } }])}
      onClose={onClose}
    >
      <AccountField label={words.account} accounts={names.accounts} value={account} onChange={setAccount} />
    </SayForm>
  )
}

function WhatElse({ question, onClose }: Asked<'what-else-opens-with-key'>) {
  const say = useSay(onClose)
  const [answer, setAnswer] = useState<keyof typeof words.keyComplete | undefined>(undefined)
  const { ask, why } = questionWords(question)
  return (
    <SayForm
      title={ask}
      why={why}
      say={say}
      isReady={answer !== undefined}
      // That there may be more is what is taken to be so already.
      onSave={() => (answer === 'none' ? say.say(() => [{ list: 'keysComplete', item: question.key }]) : onClose())}
      onClose={onClose}
    >
      <RadioCards
        label={ask}
        isLabelHidden
        value={answer}
        onChange={setAnswer}
        options={(['none', 'some'] as const).map((value) => ({ value, label: words.keyComplete[value] }))}
      />
    </SayForm>
  )
}
