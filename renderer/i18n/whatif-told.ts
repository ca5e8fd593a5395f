/** Words of what the person adds, and of the small forms for it. */
import type { IdentityRef } from '../../shared/contract/index.ts'
import type { Said, THING_KINDS } from '../../shared/domain/loss/index.ts'
import { contactNames, listed } from './whatif-names.ts'

type ListOf<L extends keyof Said> = L extends unknown ? { readonly list: L; readonly item: Said[L][number] } : never
/** One addition of the person's, by the list it stands in. */
export type ToldItem = ListOf<keyof Said> | { readonly list: 'othersIdentities'; readonly item: IdentityRef }

export const goneWords = {
  computer: 'this computer',
  account: 'an account that is not listed now',
  device: 'a device that is not listed now',
  thing: 'a place that is not listed now',
  key: 'a key that is not listed now',
  backup: 'a backup that is not listed now',
} as const

export const thingKinds: Readonly<Record<(typeof THING_KINDS)[number], string>> = {
  phone: 'A phone or tablet',
  computer: 'Another computer',
  sheet: 'A printed sheet',
  other: 'Another place',
}

export const told = {
  title: 'What you told Latchkey',
  none: 'Nothing yet. Tell it what no program can see: where else a code is, what is printed, whose phone rings.',
  add: 'Tell it something',
  remove: 'Take it back',
  removeOf: (text: string) => `Take back: ${text}`,
  removed: 'Taken back.',
  saved: 'Noted.',
  showAll: (count: number) => `Show all ${count}`,
  kinds: {
    thing: 'A phone, sheet or safe of mine',
    copy: 'This code is also somewhere else',
    'recovery-codes': 'Recovery codes are printed',
    password: 'Where a password is',
    backup: 'Where a backup is kept',
    mailbox: 'What opens a mailbox',
    number: 'On what a number rings',
    support: 'A site’s support lets me back in',
  },
} as const

interface Names {
  account(ref: Extract<ToldItem, { list: 'everyWayKnown' }>['item']): string
  thing(id: string): string
  key(id: string): string
  backup(id: string): string
  code(of: Extract<ToldItem, { list: 'copies' }>['item']['of']): string
  device(ref: Extract<ToldItem, { list: 'deviceKeys' }>['item']['device']): string
}

/** One addition as a sentence. */
export function toldWords(saying: ToldItem, names: Names): string {
  switch (saying.list) {
    case 'things':
      return `${saying.item.name} is ${thingKinds[saying.item.kind].toLocaleLowerCase()} of mine.`
    case 'copies':
      return `The code of ${names.code(saying.item.of)} is also on ${names.thing(saying.item.on)}.`
    case 'deviceKeys':
      return `${names.device(saying.item.device)} is ${names.key(saying.item.key)}.`
    case 'recoveryCodes':
      return `Recovery codes of ${names.account(saying.item.of)} are on ${names.thing(saying.item.on)}.`
    case 'passwords': {
      const { of, isRemembered, on } = saying.item
      const places = on.length === 0 ? '' : `on ${listed(on.map((id) => names.thing(id)))}`
      const known = isRemembered ? 'in my head' : 'not in my head'
      return `The password of ${names.account(of)} is ${[known, places].filter(Boolean).join(isRemembered ? ' and ' : ', but ')}.`
    }
    case 'backupsAt':
      return `${names.backup(saying.item.backup)} is kept on ${names.thing(saying.item.on)}.`
    case 'mailboxes':
      return `Mail to ${saying.item.address} is read by signing in to ${names.account(saying.item.account)}.`
    case 'numbers':
      return `${saying.item.number} rings on ${names.thing(saying.item.on)}.`
    case 'contacts': {
      const { identity, contacts } = saying.item
      const said = (['email', 'phone'] as const).flatMap((kind) => {
        const contact = contacts[kind]
        return contact ? [`the ${contactNames[kind]} ${contact.value}`] : []
      })
      return `${names.account({ is: 'identity', ...identity })} has ${listed(said)}.`
    }
    case 'sameAccount':
      return `The passkey for ${saying.item.site.rpId} opens ${names.account({ is: 'entry', entryId: saying.item.entryId })}.`
    case 'everyWayKnown':
      return `There is no other way in to ${names.account(saying.item)}.`
    case 'otherWay':
      return `There is another way in to ${names.account(saying.item)}.`
    case 'supportHelps':
      return `The support of ${names.account(saying.item)} lets people back in.`
    case 'keysComplete':
      return `${names.key(saying.item)} opens nothing that its list does not show.`
    case 'othersIdentities':
      return `The devices of ${names.account({ is: 'identity', ...saying.item })} are with somebody else.`
  }
}

export const form = {
  titles: {
    thing: 'A phone, sheet or safe of yours',
    copy: 'Where else is a code?',
    'recovery-codes': 'Recovery codes are printed',
    password: 'Where is the password?',
    backup: 'Where is the backup kept?',
    mailbox: 'What opens the mailbox?',
    number: 'On what does the number ring?',
    support: 'Whose support lets you back in?',
  },
  whys: {
    thing: 'Then losing it can be tried, and codes can be said to be on it.',
    copy: 'A code that is on another thing too still opens when one of them is lost.',
    'recovery-codes': 'A code on the sheet opens the account once, when nothing else does.',
    password: 'Where nobody remembers a password, it goes with what it is kept on. The password itself is not asked.',
    backup: 'A backup on this computer goes with this computer.',
    mailbox: 'If the mailbox’s own second factor is lost, the message that lets you in can’t be read.',
    number: 'If that is lost, nobody can take the call.',
    support: 'Say so only of a site where you know it.',
  },
  kind: 'What is it?',
  name: 'Name',
  nameHelp: 'As you call it: “Pixel 8”, “Sheet in the safe”.',
  nameEmpty: 'It needs a name.',
  nameTaken: 'Another one is called that.',
  on: 'On what?',
  newThing: 'Something else…',
  account: 'Which account?',
  code: 'Which code?',
  find: 'Find an account',
  noAccount: (query: string) => `No account goes by “${query}”.`,
  moreAccounts: (count: number) => `${count} more. Search for them by name.`,
  backup: 'Which backup?',
  noBackup: 'No backup has been made yet.',
  address: 'Which mailbox?',
  number: 'Which number?',
  noContact: 'No backend has told a contact yet.',
  remembered: 'I remember it',
  keptOn: 'It is kept on',
  which: 'Which key?',
  value: contactNames,
  valueBad: { email: 'An email address has one @.', phone: 'A phone number has digits.' },
  save: 'Note it',
  cancel: 'Cancel',
  ways: {
    codes: 'Recovery codes are printed',
    other: 'Yes, one that hangs on nothing listed here',
    support: 'The site’s support lets people back in',
    none: 'No, what is listed is all',
  },
  administrators: { other: 'Yes, somebody who is not listed', none: 'No, nobody else' },
  keyComplete: { none: 'No, the list shows everything', some: 'Yes, or I am not sure' },
  toKeys: 'Open Security keys',
  atSite: (key: string, account: string) => `Add ${key} to ${account}`,
  atSiteSteps: (key: string, site: string) => [
    `Sign in at ${site} as you do now.`,
    'Open its security settings: “Passkeys”, “Security keys” or “Two-factor authentication”.',
    `Choose to add another key, and touch ${key} when it blinks.`,
    `Come back here. Where the site made a passkey, ${key} lists it as soon as its passkeys are read again.`,
  ],
  atSiteOpen: 'Read the key’s passkeys',
  confirm: {
    title: (contact: 'email' | 'phone') => (contact === 'email' ? 'Does the message come in?' : 'Does it ring?'),
    reaches: 'It reaches me',
    change: 'It does not',
  },
} as const
