/**
 * Why a key is not seen, in the order in which it is mended: can keys be looked for at all, does the system see one, may
 * this user open it, does it answer. Reads only; what would mend it is shown to the person, who does it.
 */
import { join } from 'node:path'
import type { Finding, KeyRow, Response } from '../../../shared/contract/index.ts'
import { HidUnavailable, type Sighting } from '../../fido/index.ts'
import { UDEV_RELOAD, UDEV_RULE, UDEV_RULE_PATH } from './udev-rule.ts'

export type Diagnosis = Response<'keys.doctor'>

/** What of the system is read. Paths that are not there reject. */
export interface DoctorFiles {
  readFile(path: string): Promise<Uint8Array>
  readdir(path: string): Promise<readonly string[]>
  /** Why a path can't be opened for reading and writing: EACCES, ENOENT, or nothing where it can. */
  accessFault(path: string): Promise<string | undefined>
}

export interface DoctorParts {
  readonly platform: NodeJS.Platform
  readonly environment: Readonly<Record<string, string | undefined>>
  readonly files: DoctorFiles
  readonly now: () => number
}

/** What the keys service knows when the doctor is called. */
export interface Patients {
  readonly plugged: readonly Pick<KeyRow, 'name' | 'model' | 'state'>[]
  readonly trouble: Sighting['trouble']
}

export async function diagnose(parts: DoctorParts, patients: Patients): Promise<Diagnosis> {
  const system = systemOf(parts.platform)
  const findings = [
    ...moduleFindings(patients.trouble),
    ...(system === 'linux' ? await linuxFindings(parts, patients) : deniedFindings(system, patients)),
    ...answerFindings(patients),
  ]
  const isWell = patients.plugged.some(({ state }) => state === 'ready' || state === 'reading')
  const otherwise: Finding = {
    finding: isWell ? 'all-well' : 'no-key-plugged',
    facts: { keys: patients.plugged.length },
  }
  return { system, findings: findings.length > 0 ? findings : [otherwise], checkedAt: parts.now() }
}

function systemOf(platform: NodeJS.Platform): Diagnosis['system'] {
  if (platform === 'linux') return 'linux'
  if (platform === 'darwin') return 'macos'
  return platform === 'win32' ? 'windows' : 'other'
}

function moduleFindings(trouble: Sighting['trouble']): Finding[] {
  const missing = trouble.find((one): one is HidUnavailable => one instanceof HidUnavailable)
  if (!missing) return trouble.length > 0 ? [{ finding: 'host-failing', facts: {} }] : []
  const { missingLibrary } = missing
  const packageName = missingLibrary === undefined ? undefined : DEBIAN_PACKAGES[missingLibrary]
  return [
    {
      finding: 'module-missing',
      facts: missingLibrary === undefined ? {} : { library: missingLibrary },
      ...(packageName === undefined
        ? {}
        : { mend: { text: `sudo apt-get install ${packageName}`, commands: [`sudo apt-get install ${packageName}`] } }),
    },
  ]
}

/** What node-hid's Linux build is linked with. */
const DEBIAN_PACKAGES: Readonly<Record<string, string>> = {
  'libusb-1.0.so.0': 'libusb-1.0-0',
  'libudev.so.1': 'libudev1',
}

/**
 * Windows keeps FIDO devices from everybody but administrators since 1903; macOS may want Input Monitoring allowed. Both
 * are told by what was recorded of their errors, and have not been run (README).
 */
function deniedFindings(system: Diagnosis['system'], { plugged }: Patients): Finding[] {
  return plugged
    .filter(({ state }) => state === 'denied')
    .map((key) => ({
      finding:
        system === 'windows'
          ? 'windows-not-administrator'
          : system === 'macos'
            ? 'macos-input-monitoring'
            : 'no-access',
      facts: named(key),
    }))
}

function answerFindings({ plugged }: Patients): Finding[] {
  return plugged.flatMap((key): Finding[] => {
    const finding = FINDING_OF_STATE[key.state]
    return finding === undefined ? [] : [{ finding, facts: named(key) }]
  })
}

const FINDING_OF_STATE: Partial<Record<KeyRow['state'], Finding['finding']>> = {
  busy: 'key-busy',
  silent: 'key-silent',
  faulty: 'key-faulty',
}

const named = ({ name, model }: Pick<KeyRow, 'name' | 'model'>): Finding['facts'] => {
  const key = name ?? model
  return key === undefined ? {} : { key }
}

/** Where udev looks for rules, in the order of udev(7). */
const RULE_FOLDERS = [
  '/etc/udev/rules.d',
  '/run/udev/rules.d',
  '/usr/local/lib/udev/rules.d',
  '/usr/lib/udev/rules.d',
  '/lib/udev/rules.d',
]

async function linuxFindings({ files, environment }: DoctorParts, { plugged }: Patients): Promise<Finding[]> {
  const sandbox = await sandboxOf(files, environment)
  const seen = await fidoNodes(files)
  if (seen === undefined) {
    return sandbox === undefined
      ? [{ finding: 'no-hidraw', facts: {} }]
      : [{ finding: 'sandboxed', facts: { sandbox } }]
  }
  const shut = await filterAsync(seen, async (node) => (await files.accessFault(join('/dev', node))) !== undefined)
  const mayNotOpen = shut.length > 0 || plugged.some(({ state }) => state === 'denied')
  if (!mayNotOpen) return []
  if (sandbox !== undefined) return [{ finding: 'sandboxed', facts: { sandbox } }]
  const facts = { nodes: shut.map((node) => join('/dev', node)).join(', ') }
  if (!(await hasRule(files))) {
    return [
      {
        finding: 'udev-rule-missing',
        facts,
        mend: { path: UDEV_RULE_PATH, text: UDEV_RULE, commands: UDEV_RELOAD },
      },
    ]
  }
  // uaccess gives the key to who sits at the computer; somebody who came by ssh doesn't.
  const isRemote = environment.SSH_CONNECTION !== undefined || environment.XDG_SEAT === undefined
  return [
    isRemote
      ? { finding: 'no-access', facts: { ...facts, remote: true } }
      : {
          finding: 'udev-rule-not-in-force',
          facts,
          mend: { text: UDEV_RELOAD.join('\n'), commands: UDEV_RELOAD },
        },
  ]
}

/** A confined program sees only the devices it was given. */
async function sandboxOf(
  files: DoctorFiles,
  environment: DoctorParts['environment'],
): Promise<'flatpak' | 'snap' | 'container' | undefined> {
  const isThere = (path: string) =>
    files.readFile(path).then(
      () => true,
      () => false,
    )
  if (await isThere('/.flatpak-info')) return 'flatpak'
  if (environment.SNAP !== undefined) return 'snap'
  return (await isThere('/.dockerenv')) || (await isThere('/run/.containerenv')) ? 'container' : undefined
}

/** A global item Usage Page (HID 1.11 §6.2.2.7), whatever its size; the page of CTAP 2.1 §11.2.8.2. */
const USAGE_PAGE = 0x04
const ITEM_MASK = 0xfc
const FIDO_USAGE_PAGE = 0xf1d0
/** HID 1.11 lets a descriptor be longer, Linux does not (HID_MAX_DESCRIPTOR_SIZE). */
const MAX_DESCRIPTOR_BYTES = 4096

/** The hidraw nodes that are security keys, whether or not they may be opened; `undefined` where there is no hidraw at all. */
async function fidoNodes(files: DoctorFiles): Promise<readonly string[] | undefined> {
  const nodes = await files.readdir('/sys/class/hidraw').catch(() => undefined)
  return (
    nodes &&
    filterAsync(nodes, async (node) => {
      const descriptor = await files
        .readFile(join('/sys/class/hidraw', node, 'device/report_descriptor'))
        .catch(() => new Uint8Array())
      return hasFidoPage(descriptor.subarray(0, MAX_DESCRIPTOR_BYTES))
    })
  )
}

/** Walks the items, so that data which only looks like the page is not taken for it. */
export function hasFidoPage(descriptor: Uint8Array): boolean {
  const LONG_ITEM = 0xfe
  for (let at = 0; at < descriptor.length;) {
    const prefix = descriptor[at]!
    const dataBytes = prefix === LONG_ITEM ? 2 + (descriptor[at + 1] ?? 0) : [0, 1, 2, 4][prefix & 3]!
    const data = descriptor.subarray(at + 1, at + 1 + dataBytes)
    const value = data.reduceRight((sum, byte) => sum * 256 + byte, 0)
    if ((prefix & ITEM_MASK) === USAGE_PAGE && data.length === dataBytes && value === FIDO_USAGE_PAGE) return true
    at += 1 + dataBytes
  }
  return false
}

/** Is there a rule that gives security keys to the user: ours, systemd's own, or a vendor's? */
async function hasRule(files: DoctorFiles): Promise<boolean> {
  for (const folder of RULE_FOLDERS) {
    for (const name of await files.readdir(folder).catch(() => [])) {
      if (!name.endsWith('.rules')) continue
      const text = await files.readFile(join(folder, name)).then(
        (bytes) => new TextDecoder().decode(bytes),
        () => '',
      )
      if (text.split('\n').some(givesKeys)) return true
    }
  }
  return false
}

const givesKeys = (line: string) =>
  !line.trimStart().startsWith('#') &&
  /uaccess|MODE\s*=/.test(line) &&
  (/ID_SECURITY_TOKEN|ID_FIDO_TOKEN/.test(line) || (/hidraw/.test(line) && /idVendor|f1d0/i.test(line)))

async function filterAsync<T>(items: readonly T[], isKept: (item: T) => Promise<boolean>): Promise<T[]> {
  const kept = await Promise.all(items.map(isKept))
  return items.filter((_, index) => kept[index])
}
