/** Words of what the loss engine says of accounts in a question before something destructive (services/losing.ts). */
import type { Facts } from '../../shared/contract/index.ts'
import type { EffectWords } from './confirm-words.ts'
import { plural } from './format.ts'

const NEEDS: Readonly<Record<string, string>> = {
  'alternative-factors': 'Would need email and phone',
  administrator: 'Would need an administrator',
  support: 'Would need the provider’s support',
  locked: 'Locked for good',
  unknown: 'No other way in is known',
}

/** What a way's last step goes by, where what it uses has no name, or the name alone would not say it. */
function withWhat(step: string, through: string): string {
  switch (step) {
    case 'code-from-vault':
      return 'the code in this vault'
    case 'code-from-backup':
      return through === '' ? 'the code in a backup' : `the code in the backup of ${through}`
    case 'code-from-thing':
      return `the code on ${through || 'another thing'}`
    case 'recovery-code':
      return through === '' ? 'a recovery code' : `a recovery code (${through})`
    case 'password-alone':
      return 'the password alone'
    case 'other-way':
      return 'another way in, as you said'
    default:
      return through || 'another key'
  }
}

const accountOf = ({ at, who }: Facts) => [at, who].filter(Boolean).join(', ')

export const LOSS_EFFECTS: Readonly<Record<string, (facts: Facts) => EffectWords>> = {
  'still-opens': (facts) => ({
    name: accountOf(facts),
    tone: 'ok',
    outcome: `Still opens with ${withWhat(String(facts['with']), String(facts['through'] ?? ''))}`,
  }),
  'would-need': (facts) => ({
    name: accountOf(facts),
    tone: facts['outcome'] === 'locked' || facts['outcome'] === 'support' ? 'danger' : 'warn',
    outcome: NEEDS[String(facts['outcome'])] ?? String(facts['outcome']),
  }),
  'and-more': ({ of, count }) => ({
    name: plural(Number(count), 'more account'),
    tone: of === 'still-opens' ? 'ok' : 'danger',
    outcome: of === 'still-opens' ? 'Still open' : 'Would need help, or no other way in is known',
  }),
}
