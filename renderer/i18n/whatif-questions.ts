/** Words of what would settle what is not known, and of the steps that help. */
import type { HelpStep, LossQuestion } from '../../shared/contract/index.ts'
import type { DeviceType } from '../../shared/domain/device.ts'
import { typeWords } from './devices.ts'
import { accountWords, contactNames, namedWords } from './whatif-names.ts'

export interface QuestionWords {
  /** What stands after "Not known:". */
  readonly short: string
  /** What is asked of the person. */
  readonly ask: string
  /** What the answer decides. */
  readonly why: string
}

export function questionWords(question: LossQuestion): QuestionWords {
  switch (question.ask) {
    case 'where-is-device':
      return {
        short: `where ${question.name} is`,
        ask: `Where is ${question.name}?`,
        why: 'Its secret is in another app. Once it is known on what, losing that counts.',
      }
    case 'which-key-is-device':
      return {
        short: `which key ${question.name} is`,
        ask: `Which of your keys is ${question.name}?`,
        why: `${accountWords(question.of)} has it registered; the backend does not tell which key that is.`,
      }
    case 'where-is-backup':
      return {
        short: `where ${backupWords(question.name)} is kept`,
        ask: `Where is ${backupWords(question.name)} kept?`,
        why: 'A backup on this computer goes with this computer.',
      }
    case 'which-key-opens-slot':
      return {
        short: `which key ${question.name} is`,
        ask: `Which key is ${question.name}?`,
        why: 'It opens this vault. Plug your keys in under Security keys: the one that is it is known then.',
      }
    case 'other-ways':
      return {
        short: 'whether there is another way in',
        ask: `Is there another way in to ${accountWords(question.account.name)}?`,
        why: 'Printed recovery codes, another app, another key: no program can see them.',
      }
    case 'what-contact':
      return {
        short: `which ${contactNames[question.contact]} is on record`,
        ask: `Which ${contactNames[question.contact]} is on record for ${accountWords(question.of)}?`,
        why: 'The backend does not tell it. It is asked for when no device is left.',
      }
    case 'who-administers':
      return {
        short: 'whether another administrator could help',
        ask: `Is there another administrator for ${accountWords(question.of)}?`,
        why: 'The backend does not list them all. An administrator can deactivate a lost device.',
      }
    case 'how-mailbox-opens':
      return {
        short: `what opens the mailbox ${question.address}`,
        ask: `Which of your accounts holds the mailbox ${question.address}?`,
        why: 'If its own second factor is lost, the message that lets you in can’t be read.',
      }
    case 'where-number-rings':
      return {
        short: `on what ${question.number} rings`,
        ask: `On what does ${question.number} ring?`,
        why: 'If that is lost, nobody can take the call.',
      }
    case 'what-else-opens-with-key':
      return {
        short: `what else ${question.name} opens`,
        ask: `Does ${question.name} open anything that its list of passkeys does not show?`,
        why: 'Where a key is only a second factor, no list shows it.',
      }
  }
}

/** Only the last one is remembered, and that has no name. */
const backupWords = (name: string) => (name === '' ? 'the last backup' : `the backup ${name}`)

export interface HelpWords {
  readonly title: string
  /** What it does or why it helps. */
  readonly why: string
  /** On its button. */
  readonly go: string
  /** On a row, where the account is said already. */
  readonly short: string
}

const addShort: Readonly<Record<DeviceType, string>> = {
  'virtual-totp': 'Add a virtual device',
  'hardware-totp': 'Add a token',
  fido: 'Add a key',
}

/** A step that helps, by what does it. */
export function helpWords({ job, account, uses, mend }: HelpStep): HelpWords {
  const whose = account ? accountWords(account.name) : 'the account'
  const used = uses ? namedWords(uses) : 'another key'
  switch (job.job) {
    case 'register':
      return mend === 'register-key'
        ? {
            title: `Register ${used} for ${whose}`,
            why: 'The key is there already, and not registered for it yet.',
            go: `Register ${used}`,
            short: `Add ${used}`,
          }
        : {
            title: `Give ${whose} another device`,
            why: `${typeWords[job.type].name}: of a kind that does not get lost together with the others.`,
            go: typeWords[job.type].add,
            short: addShort[job.type],
          }
    case 'back-up':
      return {
        title: 'Make a backup, and keep it elsewhere',
        why: 'Every code in this vault comes back from it, on any computer.',
        go: 'Back up now',
        short: 'Back up',
      }
    case 'add-slot':
      return slotWords(job.kind, used)
    case 'set-contact':
      return {
        title: `Change the ${contactNames[job.contact]} of ${whose}`,
        why: 'To one that is read or answered on something else than what is lost here.',
        go: `Change the ${contactNames[job.contact]}`,
        short: job.contact === 'email' ? 'Change the email' : 'Change the phone',
      }
    case 'confirm-contact':
      return {
        title: `Confirm the ${contactNames[job.contact]} of ${whose}`,
        why: 'It was last seen to work too long ago to count on it.',
        go: `Check the ${contactNames[job.contact]}`,
        short: job.contact === 'email' ? 'Check the email' : 'Check the phone',
      }
    case 'at-site':
      return job.key === undefined
        ? {
            title: `Print the recovery codes of ${whose}`,
            why: 'Most sites give some. Sign in there and print them; then say here where the sheet is.',
            go: 'They are printed',
            short: 'Print recovery codes',
          }
        : {
            title: `Add ${used} to ${whose}`,
            why: 'The site is told by hand: sign in there, and add the key among its passkeys or security keys.',
            go: `Add ${used}`,
            short: `Add ${used}`,
          }
    case 'answer': {
      const { ask, why } = questionWords(job.question)
      return { title: ask, why: `Nothing may be wrong at all. ${why}`, go: 'Answer', short: 'Answer' }
    }
  }
}

function slotWords(kind: Extract<HelpStep['job'], { job: 'add-slot' }>['kind'], used: string): HelpWords {
  switch (kind) {
    case 'recovery-code':
      return {
        title: 'Print a recovery code for this vault',
        why: 'A sheet in a drawer opens the vault when nothing else does.',
        go: 'Print a recovery code',
        short: 'Print a recovery code',
      }
    case 'passphrase':
      return {
        title: 'Give this vault a passphrase',
        why: 'It opens the vault without any thing that can be lost.',
        go: 'Set a passphrase',
        short: 'Set a passphrase',
      }
    case 'security-key':
      return {
        title: `Let ${used} open this vault`,
        why: 'Then the vault hangs on one thing less.',
        go: `Add ${used}`,
        short: `Add ${used}`,
      }
  }
}
