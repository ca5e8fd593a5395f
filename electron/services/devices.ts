/** Backends, their identities and the devices registered for them; renaming, removing, and the contacts of root users. */
import { callError, type DeviceRef, type Request, type State } from '../../shared/contract/index.ts'
import { cleanLine } from '../../shared/domain/text.ts'
import type { Actor, Backend } from '../backends/backend.ts'
import type { Readings } from './devices-readings.ts'
import { identityRows } from './devices-rows.ts'
import type { CallContext, Handlers, TopicSources } from './handlers.ts'
import { retire, type Job, type Recovery, type RecoveryDeps } from './recovery/index.ts'
import { StepTrouble } from './recovery/job.ts'
import { withSession } from './recovery/session.ts'
import { readWorld } from './recovery/world.ts'
import { send, valueOf } from './recovery/write.ts'
import { anyOf, createSource } from './source.ts'

export interface DevicesService {
  readonly handlers: Pick<
    Handlers,
    'devices.refresh' | 'devices.rename' | 'devices.remove' | 'devices.confirmContact' | 'devices.setContact'
  >
  readonly topics: Pick<TopicSources, 'devices'>
}

export interface DevicesOptions {
  readonly deps: RecoveryDeps
  readonly readings: Readings
  readonly recovery: Pick<Recovery, 'halfMade' | 'lossSaid'>
}

const SELF: Actor = { as: 'self' }

export function createDevicesService({ deps, readings, recovery }: DevicesOptions): DevicesService {
  const { store, backends } = deps
  const backendOf = (id: string): Backend => {
    const backend = backends.get(id)
    if (!backend) throw callError('not-found', { what: 'backend' })
    return backend
  }
  const jobOf = (ref: { backendId: string; identityId: string }, actor: Actor, signal: AbortSignal): Job => ({
    deps,
    backend: backendOf(ref.backendId),
    identityId: ref.identityId,
    actor,
    signal,
    progress: () => {},
  })

  return {
    handlers: {
      async 'devices.refresh'() {
        await readings.refresh()
        return {}
      },
      async 'devices.rename'({ device, name: typed }, { signal }) {
        const name = cleanLine(typed)
        if (name === '') throw callError('bad-request', { fields: [{ field: 'name', reason: 'name-missing' }] })
        const job = jobOf(device, SELF, signal)
        const rename = () => job.backend.rename(device.identityId, device.deviceId, name, SELF)
        valueOf(await send(job, rename))
        await readings.refresh()
        return {}
      },
      async 'devices.remove'({ device }, context) {
        await remove(device, context)
        await readings.refresh()
        return {}
      },
      async 'devices.confirmContact'({ identity, contact }, { signal }) {
        const job = jobOf(identity, SELF, signal)
        valueOf(await send(job, () => job.backend.confirmContact(identity.identityId, contact)), { sought: 'identity' })
        await readings.refresh()
        return {}
      },
      async 'devices.setContact'(request, context) {
        await setContact(request, context)
        await readings.refresh()
        return {}
      },
    },
    topics: { devices: createSource(state, anyOf(readings.onChange, store.onChange)) },
  }

  async function remove(ref: DeviceRef, context: CallContext<'devices.remove'>): Promise<void> {
    const { identityId, deviceId } = ref
    const backend = backendOf(ref.backendId)
    const ways = async () => (await readWorld(backend, identityId, undefined, context.signal)).known
    const device = (await ways()).devices.find(({ id }) => id === deviceId)
    if (!device) throw callError('not-found', { what: 'device' })
    const isGone = device.health.state === 'out-of-use' || recovery.lossSaid(ref) !== undefined
    const job: Job = {
      ...jobOf(ref, SELF, context.signal),
      ...(isGone ? { without: deviceId } : {}),
      progress(doing) {
        if (doing === 'deactivating' || doing === 'deleting') context.progress({ stage: doing })
      },
      asks: {
        confirm: (ask) => context.ask('confirm', ask),
        code: (ask) => context.ask('code', ask),
      },
    }
    const { close, isEntityLeft } = await retire(job, { device, ways, operation: 'devices.remove', isGone }).catch(
      fromTrouble,
    )
    context.progress({ stage: 'checking' })
    await store.change(close)
    if (isEntityLeft)
      throw callError('not-permitted', { action: 'delete-entity', resource: deviceId }, { changed: true })
  }

  async function setContact(
    request: Request<'devices.setContact'>,
    context: CallContext<'devices.setContact'>,
  ): Promise<void> {
    const { identity, contact, value, asAdministrator } = request
    const actor: Actor = asAdministrator === undefined ? SELF : { as: 'administrator', identityId: asAdministrator }
    const job: Job = {
      ...jobOf(identity, actor, context.signal),
      asks: { code: (ask) => context.ask('code', ask) },
    }
    const set = () => send(job, () => job.backend.setContact(identity.identityId, contact, cleanLine(value), actor))
    valueOf(await withSession(job, set).catch(fromTrouble), { sought: 'identity' })
  }

  function state(): State<'devices'> {
    const facts = { data: store.data(), now: deps.correctedNow(), recovery }
    const all = readings.all()
    return {
      backends: all.map(({ backend: { id, kind, name }, state, asOf, retryAt }) => ({
        id,
        kind,
        name,
        state,
        ...(asOf === undefined ? {} : { asOf }),
        ...(retryAt === undefined ? {} : { retryAt }),
      })),
      identities: all.flatMap((reading) => identityRows(reading, facts)),
    }
  }
}

/** A key that was not touched, or is another's: no session came of it. */
function fromTrouble(error: unknown): never {
  if (!(error instanceof StepTrouble)) throw error
  throw callError('mfa-session-refused', {}, { changed: error.trouble.changed, cause: error })
}
