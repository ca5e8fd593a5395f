import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { HidUnavailable } from '../../fido/index.ts'
import { diagnose, hasFidoPage, type DoctorFiles, type Patients } from './doctor.ts'
import { UDEV_RULE, UDEV_RULE_NAME } from './udev-rule.ts'

/** The report descriptor of CTAP 2.1 §11.2.8.2, as a key sends it. */
const FIDO_DESCRIPTOR = Uint8Array.from(
  Buffer.from('06d0f10901a1010920150026ff0075089540810209211500 26ff00750895409102c0'.replaceAll(' ', ''), 'hex'),
)
/** A keyboard (HID 1.11 appendix E.6, its beginning), with a constant whose data looks like the page. */
const KEYBOARD = Uint8Array.from([0x05, 0x01, 0x09, 0x06, 0xa1, 0x01, 0x27, 0x06, 0xd0, 0xf1, 0x00, 0xc0])
const SYSTEMD_RULE = 'ENV{ID_SECURITY_TOKEN}=="?*", TAG+="uaccess"\n'

interface Machine {
  readonly files: Readonly<Record<string, string | Uint8Array>>
  readonly shut?: readonly string[]
}

function filesOf({ files, shut = [] }: Machine): DoctorFiles {
  const paths = Object.keys(files)
  return {
    readFile: async (path) => {
      const content = files[path]
      if (content === undefined) throw Object.assign(new Error('ENOENT'), { code: 'ENOENT' })
      return typeof content === 'string' ? new TextEncoder().encode(content) : content
    },
    readdir: async (path) => {
      const inside = paths.filter((one) => one.startsWith(`${path}/`)).map((one) => one.slice(path.length + 1))
      if (inside.length === 0) throw Object.assign(new Error('ENOENT'), { code: 'ENOENT' })
      return [...new Set(inside.map((one) => one.split('/')[0]!))]
    },
    accessFault: async (path) => (shut.includes(path) ? 'EACCES' : undefined),
  }
}

const NO_KEYS: Patients = { plugged: [], trouble: [] }
const ask = (
  machine: Machine,
  patients: Patients = NO_KEYS,
  more: { platform?: NodeJS.Platform; environment?: Record<string, string> } = {},
) =>
  diagnose(
    {
      platform: more.platform ?? 'linux',
      environment: more.environment ?? { XDG_SEAT: 'seat0' },
      files: filesOf(machine),
      now: () => 7,
    },
    patients,
  )
const found = async (...given: Parameters<typeof ask>) => (await ask(...given)).findings.map(({ finding }) => finding)

const KEY = { '/sys/class/hidraw/hidraw3/device/report_descriptor': FIDO_DESCRIPTOR }
const KEYBOARD_ONLY = { '/sys/class/hidraw/hidraw0/device/report_descriptor': KEYBOARD }

describe('the doctor, under Linux', () => {
  it('says that no key is plugged in where the system sees only a keyboard, even one that may not be opened', async () => {
    expect(await found({ files: KEYBOARD_ONLY, shut: ['/dev/hidraw0'] })).toEqual(['no-key-plugged'])
  })
  it('says that all is well where a key is ready', async () => {
    expect(await found({ files: KEY }, { plugged: [{ state: 'ready' }], trouble: [] })).toEqual(['all-well'])
  })
  it('shows the rule and its place where no rule gives the key to the user', async () => {
    const { findings } = await ask({
      files: { ...KEY, '/usr/lib/udev/rules.d/60-other.rules': `# ${SYSTEMD_RULE}KERNEL=="hidraw*", MODE="0600"\n` },
      shut: ['/dev/hidraw3'],
    })
    expect(findings).toEqual([
      {
        finding: 'udev-rule-missing',
        facts: { nodes: '/dev/hidraw3' },
        mend: {
          path: `/etc/udev/rules.d/${UDEV_RULE_NAME}`,
          text: UDEV_RULE,
          commands: ['sudo udevadm control --reload', 'sudo udevadm trigger --subsystem-match=hidraw'],
        },
      },
    ])
  })
  it.each([
    ['systemd’s', SYSTEMD_RULE],
    ['ours', UDEV_RULE],
    ['a vendor’s', 'KERNEL=="hidraw*", SUBSYSTEM=="hidraw", ATTRS{idVendor}=="1050", TAG+="uaccess"\n'],
  ])('does not ask for a rule that is there: %s', async (_, rule) => {
    const machine = { files: { ...KEY, '/etc/udev/rules.d/70-x.rules': rule }, shut: ['/dev/hidraw3'] }
    expect(await found(machine)).toEqual(['udev-rule-not-in-force'])
    expect(await found(machine, NO_KEYS, { environment: { SSH_CONNECTION: 'x', XDG_SEAT: 'seat0' } })).toEqual([
      'no-access',
    ])
  })
  it.each([
    ['flatpak', { '/.flatpak-info': '' }, {}],
    ['snap', {}, { SNAP: '/snap/latchkey/1' }],
    ['container', { '/run/.containerenv': '' }, {}],
  ])('names the sandbox that hides keys: %s', async (sandbox, files, environment) => {
    const { findings } = await ask({ files: files as Record<string, string> }, NO_KEYS, { environment })
    expect(findings).toEqual([{ finding: 'sandboxed', facts: { sandbox } }])
  })
  it('says that the kernel has no hidraw', async () => {
    expect(await found({ files: {} })).toEqual(['no-hidraw'])
  })
  it('names the library that node-hid misses, and its package', async () => {
    const trouble = [new HidUnavailable('libusb-1.0.so.0')]
    const { findings } = await ask({ files: KEYBOARD_ONLY }, { plugged: [], trouble })
    expect(findings).toMatchObject([
      {
        finding: 'module-missing',
        facts: { library: 'libusb-1.0.so.0' },
        mend: { commands: ['sudo apt-get install libusb-1.0-0'] },
      },
    ])
  })
  it('says that the part which speaks to keys keeps failing', async () => {
    expect(await found({ files: KEY }, { plugged: [], trouble: [new Error('x')] })).toEqual(['host-failing'])
  })
  it.each([
    ['busy', 'key-busy'],
    ['silent', 'key-silent'],
    ['faulty', 'key-faulty'],
  ] as const)('a key that is %s is named', async (state, finding) => {
    const { findings } = await ask({ files: KEY }, { plugged: [{ name: 'Blue', state }], trouble: [] })
    expect(findings).toEqual([{ finding, facts: { key: 'Blue' } }])
  })
})

describe('the doctor, where it has not been run', () => {
  const denied: Patients = { plugged: [{ model: 'YubiKey 5', state: 'denied' }], trouble: [] }
  it('Windows keeps keys to administrators', async () => {
    const { system, findings } = await ask({ files: {} }, denied, { platform: 'win32' })
    expect({ system, findings }).toEqual({
      system: 'windows',
      findings: [{ finding: 'windows-not-administrator', facts: { key: 'YubiKey 5' } }],
    })
  })
  it('macOS may want Input Monitoring allowed', async () => {
    expect(await found({ files: {} }, denied, { platform: 'darwin' })).toEqual(['macos-input-monitoring'])
  })
})

describe('a report descriptor', () => {
  it('is a security key’s by its usage page alone', () => {
    expect(hasFidoPage(FIDO_DESCRIPTOR)).toBe(true)
    expect(hasFidoPage(KEYBOARD)).toBe(false)
    expect(hasFidoPage(Uint8Array.of(0x07, 0xd0, 0xf1, 0, 0))).toBe(true)
  })
  it('may be cut short anywhere', () => {
    for (let length = 0; length < 3; length++) expect(hasFidoPage(FIDO_DESCRIPTOR.subarray(0, length))).toBe(false)
    expect(hasFidoPage(Uint8Array.of(0xfe))).toBe(false)
  })
})

it('the rule in resources is the one that is shown', () => {
  expect(readFileSync(new URL(`../../../resources/${UDEV_RULE_NAME}`, import.meta.url), 'utf8')).toBe(UDEV_RULE)
})
