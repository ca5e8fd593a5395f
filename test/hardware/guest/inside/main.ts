/** What runs in the guest: `inside.js SCENARIO`. Ends with 0 only where every step was ok. */
import { chromium } from './chromium.ts'
import { fido2Tools } from './fido2-tools.ts'
import { beKey, type Maker, type Way } from './key.ts'
import { hotPlug, nodeHid, plugTimes } from './latchkey.ts'

const [scenario, ...words] = process.argv.slice(2)
if (scenario === 'key') {
  beKey(words[0] as Maker, words[1] as Way)
} else {
  const scenarios: Record<string, () => Promise<void>> = {
    'node-hid': nodeHid,
    'hot-plug': hotPlug,
    'plug-times': () => plugTimes(Number(words[0])),
    'fido2-tools': fido2Tools,
    chromium: () => chromium(words[0]!),
  }
  // What a scenario has left open goes with it.
  await scenarios[scenario!]!().then(
    () => process.exit(0),
    (error: unknown) => {
      process.stderr.write(`${error instanceof Error ? error.stack : String(error)}\n`)
      process.exit(1)
    },
  )
}
