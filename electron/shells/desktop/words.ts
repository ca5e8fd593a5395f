/** What the desktop shell itself says to a person; all else is said by the page. */

export const menuWords = { file: '&File', lock: 'Lock', view: '&View' }

export interface QuestionWords {
  readonly message: string
  readonly detail: string
  readonly go: string
}

/** The question in a window of our own, before anything that destroys. It names the act and the thing, as the page did. */
const QUESTIONS: Readonly<Record<string, (object: string) => QuestionWords>> = {
  'devices.remove': (name) => ({
    message: `Remove ${name}?`,
    detail: 'It is deactivated at the backend and can’t sign anybody in any more.',
    go: 'Remove',
  }),
  // Several are counted instead of named.
  'codes.deleteForGood': (name) => ({
    message: `Delete ${/^\d+$/.test(name) ? counted(name, 'entry', 'entries') : name} for good?`,
    detail: 'Each secret goes with its entry and can’t be brought back, except from a backup.',
    go: 'Delete for good',
  }),
  'vault.removeSlot': (kind) => ({
    message: `Remove the ${kind.replace('-', ' ')}?`,
    detail: 'It won’t open the vault any more.',
    go: 'Remove',
  }),
  'vault.deleteSnapshots': (count) => ({
    message: `Delete ${counted(count, 'older copy', 'older copies')}?`,
    detail: 'They can still be opened the old way. Without them there are fewer states to go back to.',
    go: 'Delete the copies',
  }),
  'keys.forget': (name) => ({
    message: `Forget ${name}?`,
    detail: 'Its name and what was read from it are forgotten here. Nothing is done to the key itself.',
    go: 'Forget it',
  }),
  'keys.pinTry': (name) => ({
    message: `Try a PIN on ${name}?`,
    detail: 'Few tries are left. After the last wrong one only a reset helps, which deletes everything on the key.',
    go: 'Try the PIN',
  }),
  'keys.deletePasskeys': (name) => ({
    message: `Delete ${name}?`,
    detail: 'A passkey that is deleted can’t be brought back; the site must be told of another way to sign in.',
    go: 'Delete',
  }),
  'keys.setPin': (name) => ({
    message: `Set a PIN on ${name}?`,
    detail: 'A PIN can be changed, but only a reset takes it away again.',
    go: 'Set the PIN',
  }),
  'keys.changePin': (name) => ({
    message: `Change the PIN of ${name}?`,
    detail: 'The old PIN opens nothing any more.',
    go: 'Change the PIN',
  }),
  'keys.removeFingerprint': (name) => ({
    message: `Remove ${name}?`,
    detail: 'This finger unlocks the key no more. It can be learnt anew.',
    go: 'Remove',
  }),
  'keys.configure': (name) => ({
    message: `Change ${name}?`,
    detail: 'This changes how the key behaves everywhere. Some settings only a reset takes back.',
    go: 'Change it',
  }),
  'keys.writeBlob': (name) => ({
    message: `Overwrite what is kept with ${name}?`,
    detail: 'What the site kept there is replaced, and can’t be brought back.',
    go: 'Overwrite',
  }),
  'keys.reset': (name) => ({
    message: `Reset ${name}?`,
    detail: 'Everything on the key is deleted: passkeys, PIN, fingerprints, and every registration made with it.',
    go: 'Reset the key',
  }),
  'backends.remove': (name) => ({
    message: `Remove ${name}?`,
    detail: 'Latchkey forgets how to sign in there. Devices stay registered at the backend as they are.',
    go: 'Remove the backend',
  }),
  'recovery.runMany': (name) => ({
    message: `Go through the accounts that hang on ${name}?`,
    detail:
      'The lost devices are deactivated where another way in is there, and new ones are made. One account after another.',
    go: 'Go through them',
  }),
  'bench.restore': () => ({
    message: 'Restore the first world?',
    detail: 'Everything done at the demo backend is undone. Your vault stays as it is.',
    go: 'Restore the first world',
  }),
  'recovery.abandon': (name) => ({
    message: `Give up ${name}?`,
    detail: 'What was half-made at the backend is cleaned up.',
    go: 'Give it up',
  }),
}

const counted = (count: string, one: string, many: string) => `${count} ${count === '1' ? one : many}`

/** An operation without a row is asked about by its name: a question in rough words is better than none. */
export function questionWords(operation: string, object: string): QuestionWords {
  const thing = onOneLine(object)
  const words = Object.hasOwn(QUESTIONS, operation) ? QUESTIONS[operation] : undefined
  return words?.(thing) ?? { message: `${operation}: ${thing}?`, detail: 'This can’t be undone.', go: 'Go on' }
}

const LONGEST_NAME = 80

/** Names come from links, files and backends: one must not be able to write lines of its own into the box, or turn its letters round. */
function onOneLine(name: string): string {
  const letters = [...name.replaceAll(/[\p{C}\p{Zl}\p{Zp}]+/gu, ' ').trim()]
  return letters.length > LONGEST_NAME ? `${letters.slice(0, LONGEST_NAME).join('')}…` : letters.join('')
}

export const cancelWord = 'Cancel'

export const notSaved = (fileName: string) => ({
  message: `${fileName} was not saved.`,
  detail: 'Nothing was written. Whatever the page says, this backup does not exist: make it again.',
})

export const cantStart = (dataDir: string, code: string) => ({
  title: 'Latchkey can’t start',
  content: `The folder ${dataDir} can’t be used (${code}). Nothing was changed.`,
})

export const pageDiedTwice = {
  title: 'Latchkey has to close',
  content: 'Its window stopped working twice in a row. Your vault is saved and locked.',
}

export const alreadyOpen = 'Latchkey is open already; its window comes to the front.'
