/** Debian's fido2-tools on Latchkey's virtual key. */
import { join } from 'node:path'
import { writeFileSync } from 'node:fs'
import { IDENTITY, startKey } from './key.ts'
import { eventually, said, step } from './steps.ts'

const PIN = '1234-4711'
const DEVICE = '/dev/hidraw0'
const HASH = Buffer.alloc(32, 7).toString('base64')
const USER_ID = Buffer.from('user 1').toString('base64')
const folder = '/run'

/** Runs one of the tools on a terminal, where it asks for PINs. */
const answered = (answers: readonly string[], ...command: string[]) =>
  said('python3', ['-B', 'test/hardware/peers/answer-prompts.py', answers.join(','), ...command])

function holds(text: string, ...parts: readonly (string | RegExp)[]): void {
  for (const part of parts) {
    if (!(typeof part === 'string' ? text.includes(part) : part.test(text)))
      throw new Error(`no ${String(part)} in ${text}`)
  }
}
const file = (name: string, ...lines: readonly string[]): string => {
  const path = join(folder, name)
  writeFileSync(path, lines.map((line) => `${line}\n`).join(''))
  return path
}

export async function fido2Tools(): Promise<void> {
  const child = await startKey('virtual', 'uhid')
  await step('fido2-token -L lists it', async () => {
    const line = await eventually(async () => (await said('fido2-token', ['-L'])) || undefined)
    holds(line, `${DEVICE}: vendor=0x${IDENTITY.vendorId.toString(16)}`)
  })
  await step('fido2-token -I reads what it is', async () => {
    holds(await said('fido2-token', ['-I', DEVICE]), 'proto: 0x02', /FIDO_2_1\b/, 'noclientPin', 'pin protocols: 2, 1')
  })
  await step('fido2-token -S sets a PIN, and -C changes it', async () => {
    await answered(['0000-4711', '0000-4711'], 'fido2-token', '-S', DEVICE)
    await answered(['0000-4711', PIN, PIN], 'fido2-token', '-C', DEVICE)
    holds(await said('fido2-token', ['-I', DEVICE]), /(?<!no)clientPin/, 'pin retries: 8')
  })
  const made = await step('fido2-cred -M makes a passkey, and -V finds it right', async () => {
    const asked = file('cred', HASH, 'example.com', 'ada', USER_ID)
    await answered([PIN], 'fido2-cred', '-M', '-r', '-v', '-i', asked, '-o', join(folder, 'made'), DEVICE)
    return said('fido2-cred', ['-V', '-v', '-i', join(folder, 'made')])
  })
  await step('fido2-assert -G signs in, and -V finds it right', async () => {
    const [id, ...key] = made.trim().split('\n')
    const asked = file('assert', HASH, 'example.com', id!)
    await answered([PIN], 'fido2-assert', '-G', '-v', '-i', asked, '-o', join(folder, 'signed'), DEVICE)
    await said('fido2-assert', ['-V', '-v', '-i', join(folder, 'signed'), file('public', ...key), 'es256'])
  })
  await step('fido2-token -L -r and -L -k list it', async () => {
    holds(await answered([PIN], 'fido2-token', '-L', '-r', DEVICE), 'example.com')
    const [id] = made.split('\n')
    holds(await answered([PIN], 'fido2-token', '-L', '-k', 'example.com', DEVICE), id!, USER_ID, 'es256 uvopt')
  })
  await step('fido2-token -D removes it', async () => {
    const [id] = made.trim().split('\n')
    await answered([PIN], 'fido2-token', '-D', '-i', id!, DEVICE)
    holds(await answered([PIN], 'fido2-token', '-I', '-c', DEVICE), /existing rk\(s\): 0/)
  })
  await step('fido2-token -R resets it', async () => {
    await answered([], 'fido2-token', '-R', DEVICE)
    holds(await said('fido2-token', ['-I', DEVICE]), 'noclientPin')
  })
  child.kill()
}
