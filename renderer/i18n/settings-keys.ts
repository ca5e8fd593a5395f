/** Words of security keys as ways into the vault: Settings › Ways in, and the dialog that adds one. */
import type { KeyProgress } from '../../shared/contract/index.ts'

export const waysInKeys = {
  title: 'Security keys',
  meta: (when: string) => `Security key, added ${when}.`,
  count: (count: number) =>
    count === 0
      ? 'A key with a PIN or a reader opens the vault by a touch. Two are best: one to carry, one put away.'
      : count === 1
        ? 'One key opens this vault. Add a second, so that losing one is no matter.'
        : `${count} keys open this vault.`,
  add: 'Add a security key',
  addAnother: 'Add another key',
  notHere: 'Latchkey reaches no security keys here.',
  removeName: (name: string) => `Remove ${name}`,
} as const

export const addKey = {
  title: 'Add a security key',
  secondTitle: 'Now the second key',
  why: 'The key makes a secret for this vault and keeps it. It takes its PIN or your finger, and three touches: one to make the secret, two to see that it comes again. The PIN is sent with each, and forgotten after the last.',
  secondWhy:
    'Unplug the first key or leave it in; touch the second one when it blinks. Its place is somewhere else than the first’s.',
  name: 'What you call it',
  nameHelp: 'As you will look for it: its colour, or where it is kept.',
  names: ['Security key', 'Spare key'],
  passphrase: 'Passphrase',
  through: 'How it is reached',
  throughs: { key: 'Plugged in here', page: 'Through the browser' },
  throughHelp:
    'The browser reaches keys this program can’t, such as one over NFC. The same key opens the vault either way.',
  go: 'Add the key',
  cancel: 'Cancel',
  steps: {
    making: 'Making a secret on the key',
    asking: 'Asking it once',
    comparing: 'Asking again and comparing',
    saving: 'Saving',
  },
  done: (name: string) => `${name} opens this vault now.`,
  doneMore: 'It needs no passphrase: the key and its PIN or your finger are enough.',
  one: 'One key can be lost. Add a second while you are here, and keep it somewhere else.',
  second: 'Add the second key',
  later: 'Not now',
  finish: 'Done',
  nameTaken: 'Another key has that name.',
  line: (progress: KeyProgress | undefined): string | undefined => {
    switch (progress?.doing) {
      case 'touch':
        return `Touch ${progress.keyName || 'your key'}. It blinks.`
      case 'finger':
        return 'Put your finger on the key.'
      case 'waiting-for-key':
        return 'Plug in the key.'
      default:
        return undefined
    }
  },
} as const
