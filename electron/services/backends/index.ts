/** Backends as the person adds, tests, signs in to, renames and removes them. */
import { isDeepStrictEqual } from 'node:util'
import {
  callError,
  type BackendSetup,
  type BackendView,
  type Request,
  type Response,
  type State,
  type TestResult,
} from '../../../shared/contract/index.ts'
import type { BackendKind } from '../../../shared/domain/device.ts'
import { MAX_NAME_LENGTH } from '../../../shared/domain/entry.ts'
import { cleanLine } from '../../../shared/domain/text.ts'
import { toBase64url, type Clock, type Random } from '../../../shared/kit/index.ts'
import { BackendFault } from '../../backends/index.ts'
import type { Confirm, Effects } from '../confirm.ts'
import type { Readings } from '../devices-readings.ts'
import { fromBackend } from '../errors.ts'
import type { CallContext, Handlers, TopicSources } from '../handlers.ts'
import { openRows } from '../journal.ts'
import type { Log } from '../ports.ts'
import { anyOf, createSource } from '../source.ts'
import type { Store } from '../store.ts'
import type { BackendConfig } from './config.ts'
import type { Configured } from './configured.ts'
import type { OpenedBackend, Person } from './open.ts'
import { readSetup, type ReadSetup } from './setup.ts'
import { tryOut } from './try-out.ts'
import { viewOf } from './view.ts'

type BackendsCall =
  'backends.profiles' | 'backends.test' | 'backends.add' | 'backends.rename' | 'backends.remove' | 'backends.signIn'

export interface BackendsService {
  readonly handlers: Handlers<BackendsCall>
  readonly topics: Pick<TopicSources, 'backends'>
}

export interface BackendsOptions {
  readonly configured: Configured
  readonly readings: Readings
  readonly store: Store
  readonly clock: Clock
  readonly now: () => number
  readonly random: Random
  readonly confirm: Confirm
  readonly log: Log
  /** Kinds that can be added; none in the demo. */
  readonly kinds: readonly BackendKind[]
  readonly profiles: () => Promise<Response<'backends.profiles'>>
}

const ID_BYTES = 16

export function createBackendsService(options: BackendsOptions): BackendsService {
  const { configured, readings, store, now, random, confirm, clock, log } = options
  /** What was tried last, so that adding it neither signs in again nor gives it another id. */
  let tried:
    { readonly asked: Request<'backends.add'>; readonly read: ReadSetup; readonly result: TestResult } | undefined
  store.onChange(() => {
    if (!store.isUnlocked) tried = undefined
  })

  const configOf = (id: string): BackendConfig => {
    const config = store.data().backends.find((one) => one.id === id)
    if (!config) throw callError('not-found', { what: 'backend' })
    return config
  }
  const openedOf = (id: string): OpenedBackend => {
    const opened = configured.opened(id)
    if (!opened) throw callError('not-found', { what: 'backend' })
    return opened
  }
  const change = (id: string, to: (config: BackendConfig) => BackendConfig) =>
    store.change((data) => ({ ...data, backends: data.backends.map((one) => (one.id === id ? to(one) : one)) }))
  const learn = async (id: string, standing: TestResult['standing']) => {
    // Not worth an error where another process writes the vault.
    if (standing) await change(id, (config) => ({ ...config, standing })).catch(() => log.info('backends.not-kept'))
  }
  const allow = (kind: BackendSetup['kind']) => {
    if (!options.kinds.includes(kind)) throw callError('not-here', { reason: 'later' })
  }
  const readNew = ({ name, setup }: Request<'backends.add'>): ReadSetup => {
    allow(setup.kind)
    return readSetup(setup, { id: toBase64url(random(ID_BYTES)), name: nameOf(name), addedAt: now() })
  }

  const testNew = async (
    asked: Request<'backends.add'>,
    context: CallContext<'backends.test'>,
  ): Promise<TestResult> => {
    const read = readNew(asked)
    const { config, password } = read
    const opened = configured.open(config, password)
    let result: TestResult | undefined
    try {
      result = await tryOut(opened, { clock, now, signal: context.signal, person: personOf(context, config.name) })
    } finally {
      if (result?.standing) configured.ready(config, opened, password)
      else configured.discard(config, opened)
    }
    tried = result.standing ? { asked, read, result } : undefined
    return result
  }

  return {
    handlers: {
      'backends.profiles': () => options.profiles(),
      async 'backends.test'(asked, context) {
        if (!('id' in asked)) return testNew(asked, context)
        const { name } = configOf(asked.id)
        const person = personOf(context, name)
        const result = await tryOut(openedOf(asked.id), { clock, now, signal: context.signal, person })
        await learn(asked.id, result.standing)
        void readings.refresh()
        return result
      },
      async 'backends.add'(asked) {
        const known = tried && isDeepStrictEqual(tried.asked.setup, asked.setup) ? tried : undefined
        const { config, password } = known
          ? { config: { ...known.read.config, name: nameOf(asked.name) }, password: undefined }
          : readNew(asked)
        // Opened when the vault has it: its password must be there by then.
        if (password !== undefined) configured.ready(config, configured.open(config), password)
        const standing = known?.result.standing
        await store.change((data) => ({
          ...data,
          backends: [...data.backends, standing ? { ...config, standing } : config],
        }))
        tried = undefined
        return { id: config.id }
      },
      async 'backends.rename'({ id, name: typed }) {
        configOf(id)
        const name = nameOf(typed)
        await change(id, (config) => ({ ...config, name }))
        return {}
      },
      async 'backends.remove'({ id }, context) {
        const { name } = configOf(id)
        refuseInUse(id)
        const asking = { ask: (_: 'confirm', ask: Parameters<typeof context.ask>[1]) => context.ask('confirm', ask) }
        const question = { operation: 'backends.remove', object: name, effects: effectsOf(id) }
        const approval = await confirm(asking, question)
        refuseInUse(id)
        approval.use(effectsOf(id))
        await store.change((data) => ({
          ...data,
          backends: data.backends.filter((config) => config.id !== id),
          clock: data.clock.filter(({ from }) => from.kind !== 'backend' || from.id !== id),
        }))
        return {}
      },
      async 'backends.signIn'({ id }, context) {
        const { name } = configOf(id)
        const standing = await openedOf(id)
          .signIn(context.signal, personOf(context, name))
          .catch((error: unknown) => {
            throw error instanceof BackendFault ? fromBackend(error.error, false, 'backend') : error
          })
        await learn(id, { ...standing, asOf: now() })
        await readings.refresh()
        return {}
      },
    },
    topics: { backends: createSource(state, anyOf(readings.onChange, store.onChange)) },
  }

  /** Throws `backend-in-use` while something begun there has not come to its end. */
  function refuseInUse(id: string): void {
    const names = openWork(id)
    if (names.length > 0) throw callError('backend-in-use', { names: [...new Set(names)] })
  }

  function openWork(id: string): string[] {
    const data = store.data()
    const rows = openRows(data).flatMap((row) => (row.backendId === id && row.job !== 'resync' ? [row.name] : []))
    const cases = data.cases.flatMap(({ closedAt, subject, known }) =>
      closedAt === undefined && subject.backendId === id ? [known.identity.name] : [],
    )
    return [...rows, ...cases]
  }

  function effectsOf(id: string): Effects {
    const entries = store
      .data()
      .entries.filter((entry) => entry.link?.backendId === id && entry.deletedAt === undefined)
    const identities = readings.all().find(({ backend }) => backend.id === id)?.identities ?? []
    return [
      { effect: 'backend-stays', facts: { devices: identities.reduce((sum, { devices }) => sum + devices.length, 0) } },
      ...(entries.length > 0 ? [{ effect: 'backend-entries-stay', facts: { count: entries.length } }] : []),
    ]
  }

  function state(): State<'backends'> {
    const data = store.data()
    const all = readings.all()
    const readingOf = (id: string) => all.find(({ backend }) => backend.id === id)
    const fixed = all.filter(({ backend }) => !data.backends.some(({ id }) => id === backend.id))
    return {
      kinds: [...options.kinds],
      backends: [
        ...fixed.map(({ backend: { id, kind, name }, ...reading }): BackendView =>
          viewOf({ id, kind, name }, reading, openWork(id).length),
        ),
        ...data.backends.map((config) => viewOf(config, readingOf(config.id), openWork(config.id).length)),
      ],
    }
  }
}

/** Throws `bad-request`. */
function nameOf(typed: string): string {
  const name = cleanLine(typed)
  if (name === '') throw callError('bad-request', { fields: [{ field: 'name', reason: 'empty' }] })
  return name.slice(0, MAX_NAME_LENGTH)
}

function personOf(context: CallContext<'backends.test'> | CallContext<'backends.signIn'>, backend: string): Person {
  const { ask } = context as CallContext<'backends.signIn'>
  return {
    async password(user) {
      return (await ask('password', { backend, user })).password
    },
    async secondFactor({ types, serial }) {
      const { code } = await ask('secondFactor', {
        backend,
        types: [...types],
        ...(serial === undefined ? {} : { serial }),
      })
      return code.replace(/\s/g, '')
    },
  }
}
