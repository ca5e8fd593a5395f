/**
 * A guest with a kernel of its own, for keys at real device nodes: QEMU without acceleration, whose root is this
 * computer's, read-only. The host needs neither the modules nor the right to load any.
 */
import { execFile, spawnSync } from 'node:child_process'
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { CACHE, ROOT, runs, type Ran } from '../support.ts'

const folder = join(CACHE, 'guest')
const kernel = join(folder, 'vmlinuz')
const TOOLS = ['qemu-system-x86_64', 'busybox', 'cpio', 'modprobe', 'fido2-token', 'python3']
export const INSTALL_LINE = 'apt-get install qemu-system-x86 busybox-static cpio kmod fido2-tools python3'

const has = (tool: string) => runs('sh', '-c', `command -v ${tool}`)
/** All of Debian on x86-64; elsewhere the kernel's package would be another. */
export const hasGuest = (): boolean =>
  process.arch === 'x64' && TOOLS.every(has) && (existsSync(kernel) || runs('apt-cache', 'show', 'linux-image-amd64'))

/** Downloads the kernel where it is not there yet. Throws what was said where that failed. */
export function prepareGuest(): void {
  if (existsSync(kernel)) return
  const { status, stderr } = spawnSync('bash', [join(ROOT, 'test/hardware/guest/prepare.sh'), folder], {
    encoding: 'utf8',
  })
  if (status !== 0) throw new Error(`the guest could not be prepared: ${stderr}`)
}

const MACHINE = '-accel tcg,thread=multi -cpu max -smp 2 -nodefaults -display none -no-reboot -nic none'

const quoted = (word: string) => `'${word.replaceAll("'", `'\\''`)}'`

/** Boots the guest, and runs the command there in the project's folder, as root. */
export async function runInGuest(
  words: readonly string[],
  { memoryMb, deadlineMs }: { readonly memoryMb: number; readonly deadlineMs: number },
): Promise<Ran> {
  const out = mkdtempSync(join(folder, 'run-'))
  try {
    writeFileSync(join(out, 'command.sh'), `cd ${quoted(ROOT)} && exec ${words.map(quoted).join(' ')}\n`)
    const said = await new Promise<string>((resolve) => {
      execFile(
        'qemu-system-x86_64',
        [
          ...MACHINE.split(' '),
          '-m',
          String(memoryMb),
          '-kernel',
          kernel,
          '-initrd',
          join(folder, 'initrd.gz'),
          '-append',
          'console=ttyS0 quiet loglevel=3 panic=-1 mitigations=off tsc=reliable',
          '-serial',
          `file:${join(out, 'console')}`,
          '-virtfs',
          'local,path=/,mount_tag=hostroot,security_model=none,readonly=on,multidevs=remap',
          '-virtfs',
          `local,path=${out},mount_tag=out,security_model=none`,
        ],
        { timeout: deadlineMs, killSignal: 'SIGKILL' },
        (error, _, stderr) => resolve(stderr + (error?.killed ? `ended after ${deadlineMs} ms\n` : '')),
      )
    })
    const read = (name: string) => (existsSync(join(out, name)) ? readFileSync(join(out, name), 'utf8') : '')
    const code = read('code')
    const stdout = read('stdout')
    return {
      code: code === '' ? 125 : Number(code),
      output: stdout + read('stderr') + (code === '' ? said + read('console') : ''),
      steps: stdout.split('\n').filter(Boolean),
    }
  } finally {
    rmSync(out, { recursive: true, force: true })
  }
}
