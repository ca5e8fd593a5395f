/** What the desktop shell itself says to a person; all else is said by the page. */

export const menuWords = { file: '&File', lock: 'Lock', view: '&View' }

export interface QuestionWords {
  readonly message: string
  readonly detail: string
  readonly go: string
}

/** The question in a window of our own, before anything that destroys. It names the act and the thing, as the page did. */
const QUESTIONS: Readonly<Record<string, Omit<QuestionWords, 'message'> & { message(object: string): string }>> = {
  'codes.deleteForGood': {
    message: (name) => `Delete ${name} for good?`,
    detail: 'The secret goes with it and can’t be brought back, except from a backup.',
    go: 'Delete for good',
  },
  'vault.removeSlot': {
    message: (name) => `Remove ${name}?`,
    detail: 'It won’t open the vault any more.',
    go: 'Remove',
  },
  'vault.deleteSnapshots': {
    message: (name) => `Delete ${name}?`,
    detail: 'Without these older copies there are fewer states to go back to.',
    go: 'Delete the copies',
  },
  'devices.remove': {
    message: (name) => `Remove ${name}?`,
    detail: 'It is deactivated at the backend and can’t sign anybody in any more.',
    go: 'Remove',
  },
  'remove-old': {
    message: (name) => `Remove ${name}?`,
    detail: 'It is deactivated at the backend and can’t sign anybody in any more.',
    go: 'Remove',
  },
  'make-room': {
    message: (name) => `Remove ${name} to make room?`,
    detail: 'It is deactivated at the backend and can’t sign anybody in any more.',
    go: 'Remove',
  },
  'recovery.abandon': {
    message: (name) => `Give up ${name}?`,
    detail: 'What was half-made at the backend is cleaned up.',
    go: 'Give it up',
  },
  'bench.restore': {
    message: () => 'Restore the first world?',
    detail: 'Everything done at the demo backend is undone. Your vault stays as it is.',
    go: 'Restore the first world',
  },
}

/** An operation without a row is asked about by its name: a question in rough words is better than none. */
export function questionWords(operation: string, object: string): QuestionWords {
  const words = Object.hasOwn(QUESTIONS, operation) ? QUESTIONS[operation] : undefined
  if (!words) return { message: `${operation}: ${object}?`, detail: 'This can’t be undone.', go: 'Go on' }
  return { message: words.message(object), detail: words.detail, go: words.go }
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
