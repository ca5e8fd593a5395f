/**
 * Wiring: every service is given what it works with here, the real parts or the demo's, and nowhere else is it asked which.
 * Entries choose the ports and call one of the two.
 */
import { join } from 'node:path'
import { toSecret } from '../shared/domain/entry.ts'
import type { Clock, Random } from '../shared/kit/index.ts'
import type { BackendKind } from '../shared/domain/device.ts'
import { openDemoWorld, BENCH_RP, type Backend, type DemoOtp, type RelyingParty } from './backends/index.ts'
import {
  HidHostError,
  hostedSource,
  parseSocketPlace,
  Registry,
  socketSource,
  type HostedSource,
  type KeySource,
} from './fido/index.ts'
import { codeAt, codeOfStep } from './otp/index.ts'
import { profilesAt } from './services/backends/aws-profiles.ts'
import { createConfigured } from './services/backends/configured.ts'
import { createBackendsService } from './services/backends/index.ts'
import { createBenchKeys } from './services/bench-keys.ts'
import { createBackupHandlers } from './services/backup.ts'
import { createBenchService, noBench, type BenchService } from './services/bench.ts'
import { createClipboard } from './services/clipboard.ts'
import { createClockService } from './services/clock.ts'
import { createCodesService } from './services/codes.ts'
import { demoTime, realTime, type ComputerTime } from './services/computer-time.ts'
import { createConfirm, type Confirm } from './services/confirm.ts'
import type { Services } from './services/handlers.ts'
import { diagnose } from './services/keys/doctor.ts'
import { systemFiles } from './services/keys/doctor-files.ts'
import { createKeysService } from './services/keys/index.ts'
import { storeWithoutVault } from './services/keys-without-vault.ts'
import { createDevicesService } from './services/devices.ts'
import { createReadings } from './services/devices-readings.ts'
import type { AwsPlace, Log, SettingsStore, Shell } from './services/ports.ts'
import { createManyCases, createRecovery, type RecoveryDeps } from './services/recovery/index.ts'
import { createSettingsService } from './services/settings.ts'
import { createTransferHandlers } from './services/transfer.ts'
import { createUnlocked } from './services/unlocked.ts'
import { createUses } from './services/uses.ts'
import { createVaultKeyHandlers, VAULT_RP_ID } from './services/vault-keys.ts'
import { createSlotHandlers } from './services/vault-slots.ts'
import { createVaultStore } from './services/vault-store.ts'
import { createAccess, createWhatIfService, slotNodes } from './services/whatif/index.ts'
import { checkStored, checkNewPassphrase, createVaultService } from './services/vault.ts'
import { createImportReader, readImport } from './transfer/index.ts'
import { openVaultStore } from './vault/index.ts'

export interface Ports {
  readonly shell: Shell
  readonly settings: SettingsStore
  readonly log: Log
  /** Real time. */
  readonly clock: Clock
  readonly random: Random
  /** This vault's and this world's own folder: the demo is given another one. */
  readonly dataDir: string
  readonly version: string
  /** Developers alone: a socket that speaks CTAPHID, opened as a key (`unix:PATH`, `tcp:127.0.0.1:PORT`). */
  readonly developerKey?: string
  /** Absent: no profiles are looked for. */
  readonly aws?: AwsPlace
  /** Keys are read and changed without an open vault, which then remembers nothing of them. */
  readonly keysWithoutVault?: boolean
  /** The built electron/transfer/import/worker.ts: files of other programs are read on a thread of their own. */
  readonly importWorker?: URL
  /** For tests: scrypt's log2 N of new slots and backups. */
  readonly scryptLogN?: number
}

/** What differs between the real world and the demo's. */
interface World {
  readonly isDemo: boolean
  /** What a world file that could not be read was moved aside to. */
  readonly movedAside?: string | undefined
  readonly time: ComputerTime
  /** Waits for codes run on it, so that they end when the demo's time is moved. */
  readonly timers: Clock
  /** Always there; those that the person adds come with the vault. */
  readonly backends: readonly Backend[]
  /** Kinds that the person can add. */
  readonly kinds: readonly BackendKind[]
  /** Where security keys are looked for. */
  readonly keySources: readonly KeySource[]
  /** A person wants to see whether keys are found now. */
  readonly retryKeys?: () => void
  /** Who asks for touches where no page does. */
  readonly rp?: RelyingParty
  readonly bench: (confirm: Confirm) => BenchService
  close(): Promise<void>
}

/** Backends, keys and clock of the real world. */
export function composeReal(ports: Ports): Promise<Services> {
  const usb = usbKeys(ports)
  return compose(ports, {
    isDemo: false,
    time: realTime(ports.clock),
    timers: ports.clock,
    backends: [],
    kinds: ['aws-iam', 'privacyidea'],
    keySources: usb ? [usb] : [],
    retryKeys: () => usb?.retryNow(),
    bench: noBench,
    close: async () => usb?.close(),
  })
}

/** Keys of metal, by the HID host's process; none where the shell starts none. */
function usbKeys({ shell, clock, log }: Ports): HostedSource | undefined {
  return (
    shell.startHidHost &&
    hostedSource({
      spawn: shell.startHidHost,
      clock,
      onTrouble: (trouble) =>
        log.error('keys.hid-host', { fault: trouble instanceof HidHostError ? trouble.fault : 'unavailable' }),
    })
  )
}

/** A simulated world in the place of everything outside: backend, keys, phone, inbox, and this computer's clock. */
export async function composeDemo(ports: Ports): Promise<Services> {
  const { clock, random, dataDir, shell, log } = ports
  const benchKeys = createBenchKeys(random)
  const world = await openDemoWorld({
    file: join(dataDir, 'demo-world.json'),
    clock,
    random,
    otp: demoOtp,
    keys: benchKeys.maker,
  })
  if (world.movedAside !== undefined) log.error('demo.world-moved-aside', { file: world.movedAside })
  return compose(ports, {
    isDemo: true,
    movedAside: world.movedAside,
    time: demoTime(world, clock),
    timers: world.clock,
    backends: [world.backend],
    kinds: [],
    keySources: [benchKeys.source],
    rp: BENCH_RP,
    bench: (confirm) => createBenchService({ world, shell, confirm }),
    close: () => world.close(),
  })
}

/** The demo's devices and its server make codes by the same part as the vault's entries. */
const demoOtp: DemoOtp = {
  codeOfStep(secret, params, step) {
    const stored = toSecret(secret)
    if (stored === undefined) throw new RangeError('a device of the demo has no secret')
    return codeOfStep({ kind: 'totp', secret: stored, ...params }, step)
  },
}

async function compose(ports: Ports, world: World): Promise<Services> {
  const { shell, log, clock, random, dataDir, version } = ports
  const settings = createSettingsService({
    store: ports.settings,
    shell,
    about: {
      version,
      demo: world.isDemo,
      dataDir,
      ...(world.movedAside === undefined ? {} : { worldMovedAside: world.movedAside }),
    },
  })
  const store = createVaultStore(clock)
  const developerKeys = developerSources(ports)
  const keySources = [...world.keySources, ...developerKeys]
  // Before all that reads backends: on unlocking they are there first.
  const configured = createConfigured({
    store,
    fixed: world.backends,
    clock,
    random,
    log,
    canTouch: keySources.length > 0,
    codeFor(serial) {
      const entry = store
        .data()
        .entries.find(({ link, deletedAt }) => link?.deviceId === serial && deletedAt === undefined)
      return entry && entry.kind !== 'hotp' ? codeAt(entry, corrected.correctedNow()).code : undefined
    },
    awsEndpoint: ports.aws?.endpoint,
  })
  const corrected = createClockService({ store, backends: configured.list, clock, time: world.time, log })
  const uses = createUses(store, clock, corrected.correctedNow)
  const clipboard = createClipboard(shell, clock, log, () => settings.current().clipboardClearSeconds)
  const confirm = createConfirm({ clock, random, shell })
  const keyThrough = [
    ...(keySources.length > 0 ? (['key'] as const) : []),
    ...(shell.webauthn?.rpId === VAULT_RP_ID ? (['page'] as const) : []),
  ]
  const files = openVaultStore({
    dir: join(dataDir, 'vault'),
    self: { pid: process.pid, label: shell.kind },
    clock,
    random,
    check: checkStored,
    ...(ports.scryptLogN === undefined ? {} : { scryptLogN: ports.scryptLogN }),
  })
  const vault = await createVaultService({
    files,
    store,
    clock,
    log,
    shell,
    lockAfterMinutes: () => settings.current().lockAfterMinutes,
    beforeLock: [uses.flush, clipboard.clear],
    keyThrough,
  })
  const { reauthenticate, sealing } = vault
  const codes = createCodesService({
    store,
    clock,
    corrected,
    uses,
    clipboard,
    random,
    log,
    confirm,
    losing: (removed, signal, options) => access.losing(removed, signal, options),
    reauthenticate,
  })
  const backup = createBackupHandlers({
    store,
    sealing,
    now: corrected.correctedNow,
    random,
    reauthenticate,
    checkNewPassphrase,
  })
  const transfer = createTransferHandlers({
    store,
    // Without a worker, as in tests, it is read in this thread.
    read: ports.importWorker ? createImportReader({ workerFile: ports.importWorker, clock }) : readImport,
    clock,
    now: corrected.correctedNow,
    random,
    reauthenticate,
  })
  const readings = createReadings({ backends: configured.list, store, clock, now: corrected.correctedNow, log })
  const access = createAccess({
    store,
    readings,
    slots: () => slotNodes(vault.session().slots()),
    onSlotsChange: vault.onChange,
  })
  const whatif = createWhatIfService({
    access,
    store,
    readings,
    clock: world.timers,
    now: corrected.correctedNow,
    random,
    log,
  })
  const keys = createKeysService({
    registry: new Registry(keySources, clock),
    hasSources: keySources.length > 0,
    store: ports.keysWithoutVault ? storeWithoutVault(store) : store,
    clock,
    now: corrected.correctedNow,
    random,
    confirm,
    losing: access.losing,
    log,
    readings,
    retryNow: world.retryKeys,
    doctor: (patients) =>
      diagnose(
        { platform: process.platform, environment: process.env, files: systemFiles, now: corrected.correctedNow },
        patients,
      ),
    developerKey: developerKeys.length > 0,
  })
  const vaultKeys = createVaultKeyHandlers({
    vault,
    keySlots: () => files.keySlots(),
    ceremonies: keys.ceremonies,
    keyThrough,
    random,
    log,
  })
  const deps: RecoveryDeps = {
    store,
    clock: world.timers,
    time: world.time,
    correctedNow: corrected.correctedNow,
    measurements: corrected.measurements,
    random,
    backends: configured.list,
    webauthn: shell.webauthn,
    rp: shell.webauthn ?? world.rp,
    keysHere: {
      hasSources: keySources.length > 0,
      knows: (ids) =>
        store.data().keys.some(({ credentials }) => credentials.some((one) => ids.includes(one.credentialId))),
      ceremonies: keys.ceremonies,
    },
    confirm,
    losing: access.losing,
    log,
  }
  const recovery = createRecovery(deps)
  const manyCases = createManyCases({ deps, work: recovery.work, access })
  const devices = createDevicesService({ deps, readings, recovery })
  const backends = createBackendsService({
    configured,
    readings,
    store,
    clock,
    now: corrected.correctedNow,
    random,
    confirm,
    log,
    kinds: world.kinds,
    profiles: () => profilesAt(ports.aws),
  })
  const bench = world.bench(confirm)
  const unlocked = createUnlocked(store, vault.active, log)
  unlocked.whileOpen((signal) => recovery.reconcile(signal))
  unlocked.whileOpen((signal) => manyCases.watchOver(signal))
  unlocked.whileOpen((signal) => whatif.watchOver(signal))
  const keysDoor = ports.keysWithoutVault
    ? keys
    : { handlers: unlocked.handlers(keys.handlers), topics: unlocked.topics(keys.topics) }

  return {
    handlers: {
      ...settings.handlers,
      ...vault.handlers,
      ...vaultKeys.unlocking,
      ...unlocked.handlers(vaultKeys.adding),
      ...unlocked.handlers(createSlotHandlers(vault, confirm, access.losing, log)),
      ...unlocked.handlers(codes.handlers),
      ...unlocked.handlers(corrected.handlers),
      ...unlocked.handlers(backup),
      ...unlocked.handlers(transfer),
      ...unlocked.handlers(devices.handlers),
      ...unlocked.handlers(backends.handlers),
      ...unlocked.handlers(recovery.handlers),
      ...unlocked.handlers(manyCases.handlers),
      ...unlocked.handlers(whatif.handlers),
      ...keysDoor.handlers,
      ...bench.handlers,
    },
    topics: {
      ...settings.topics,
      ...vault.topics,
      ...unlocked.topics(codes.topics),
      ...unlocked.topics(corrected.topics),
      ...unlocked.topics(devices.topics),
      ...unlocked.topics(backends.topics),
      ...unlocked.topics(recovery.topics),
      ...unlocked.topics(manyCases.topics),
      ...unlocked.topics(whatif.topics),
      ...keysDoor.topics,
      ...bench.topics,
    },
    async close() {
      await vault.lock('quit')
      await keys.close()
      await world.close()
    },
  }
}

/** Throws where the place is not one on this computer: a developer is told at the start. */
function developerSources({ developerKey, clock }: Ports): KeySource[] {
  if (developerKey === undefined) return []
  const place = parseSocketPlace(developerKey)
  if (!place.ok) throw new Error(`LATCHKEY_KEY is no key on this computer (${place.error}): ${developerKey}`)
  return [socketSource(place.value, clock)]
}
