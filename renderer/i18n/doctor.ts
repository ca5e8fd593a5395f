/** Words of the doctor: why a key is not seen, and what mends it. */
import type { Facts, Finding } from '../../shared/contract/index.ts'
import { when } from './format.ts'

export const doctor = {
  title: 'A key is not seen',
  looking: 'Looking at this computer',
  again: 'Check again',
  close: 'Close',
  checked: (at: number, now: number) => `Checked ${when(at, now)}.`,
  copy: 'Copy',
  copied: 'Copied.',
  copyFailed: 'The browser did not let it be copied. Select the text and copy it.',
  ruleAt: (path: string) => `Save this as ${path}, as an administrator:`,
  ruleFile: 'The rule',
  commands: 'Then type this in a terminal:',
  commandsOnly: 'Type this in a terminal:',
  commandText: 'Commands',
  replug: 'Then unplug the key, plug it in again, and check again.',
  notRun: {
    windows: 'What is said of Windows is told by errors recorded elsewhere; Latchkey was never run on it.',
    macos: 'What is said of macOS is told by errors recorded elsewhere; Latchkey was never run on it.',
  },
} as const

interface FindingWords {
  readonly title: string
  readonly more: string
  readonly isWell?: true
}

const key = ({ key: name }: Facts) => (name === undefined ? 'A key' : String(name))

const SANDBOXES: Readonly<Record<string, string>> = { flatpak: 'Flatpak', snap: 'Snap', container: 'a container' }
const SANDBOX_MENDS: Readonly<Record<string, string>> = {
  flatpak: 'Allow it all devices: flatpak override --user --device=all, then start Latchkey again.',
  snap: 'Connect its interface: snap connect latchkey:u2f-devices, then start Latchkey again.',
  container: 'Hand the container the /dev/hidraw nodes, or run Latchkey outside it.',
}

const FINDINGS: { readonly [F in Finding['finding']]: (facts: Facts) => FindingWords } = {
  'all-well': ({ keys }) => ({
    title: Number(keys) === 1 ? 'The key that is plugged in is seen and answers.' : 'Keys are seen, and they answer.',
    more: 'If another is missing, try another port or cable. Keys that are only held near a reader are not spoken to.',
    isWell: true,
  }),
  'no-key-plugged': () => ({
    title: 'The system sees no security key.',
    more: 'Plug it in, or try another port or another cable. If it never appears, try it in another computer.',
  }),
  'udev-rule-missing': () => ({
    title: 'The system sees the key, and no rule lets you use it.',
    more: 'Under Linux a rule of udev gives security keys to who sits at the computer. This one serves every maker’s.',
  }),
  'udev-rule-not-in-force': () => ({
    title: 'The rule is there, and not yet in force.',
    more: 'It is read when it is told to, and holds for keys plugged in afterwards.',
  }),
  'no-access': ({ remote }) => ({
    title: 'You may not open the key.',
    more:
      remote === true
        ? 'Security keys are given to who sits at this computer, and you came over the network.'
        : 'The system keeps it from your user. An administrator can change that.',
  }),
  'no-hidraw': () => ({
    title: 'This system has no hidraw.',
    more: 'Security keys are spoken to by it. Its kernel module is called hidraw; some small or virtual systems leave it out.',
  }),
  sandboxed: ({ sandbox }) => ({
    title: `Latchkey runs in ${SANDBOXES[String(sandbox)] ?? 'a sandbox'}, which hides security keys.`,
    more: SANDBOX_MENDS[String(sandbox)] ?? 'Start it outside the sandbox.',
  }),
  'module-missing': ({ library }) => ({
    title:
      library === undefined
        ? 'The module that speaks USB could not be loaded.'
        : `A library is missing: ${String(library)}.`,
    more: 'Without it no key can be reached at all. Install it, then start Latchkey again.',
  }),
  'host-failing': () => ({
    title: 'The part that speaks to keys keeps stopping.',
    more: 'It runs by itself so that nothing else is lost. Unplug every key and plug them in one by one; one may be at fault.',
  }),
  'windows-not-administrator': (facts) => ({
    title: `Windows keeps ${key(facts)} to administrators.`,
    more: 'Start Latchkey as an administrator to manage it. Signing in to sites goes through Windows and works without.',
  }),
  'key-busy': (facts) => ({
    title: `${key(facts)} is in use by another program.`,
    more: 'Close it there: a browser that asks for a key, another key manager, an agent for smart cards.',
  }),
  'key-silent': (facts) => ({
    title: `${key(facts)} does not answer.`,
    more: 'Unplug it and plug it in again, in another port if need be.',
  }),
  'key-faulty': (facts) => ({
    title: `The answers of ${key(facts)} can’t be read.`,
    more: 'They break the standard. Another program may be more lenient; its maker may have newer firmware for new keys.',
  }),
  'macos-input-monitoring': (facts) => ({
    title: `macOS keeps ${key(facts)} from Latchkey.`,
    more: 'Allow it under System Settings, Privacy & Security, Input Monitoring, then start Latchkey again.',
  }),
}

export const findingWords = ({ finding, facts }: Finding): FindingWords => FINDINGS[finding](facts)
