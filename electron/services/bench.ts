/** The demo bench: the simulated world's own door as calls and a topic. Outside of the demo, none of it is here. */
import { benchCalls, benchTopics, callError, type CallName, type TopicName } from '../../shared/contract/index.ts'
import { BenchFault, type DemoWorld } from '../backends/index.ts'
import type { Confirm } from './confirm.ts'
import type { Handlers, TopicSources } from './handlers.ts'
import { handlersNotHere, topicsNotHere } from './later.ts'
import type { Shell } from './ports.ts'
import { createSource } from './source.ts'

type BenchCall = keyof typeof benchCalls & CallName
type BenchTopic = keyof typeof benchTopics & TopicName

export interface BenchService {
  readonly handlers: Handlers<BenchCall>
  readonly topics: TopicSources<BenchTopic>
}

export const noBench = (): BenchService => ({
  handlers: handlersNotHere(Object.keys(benchCalls) as BenchCall[], 'demo-only'),
  topics: topicsNotHere(Object.keys(benchTopics) as BenchTopic[], 'demo-only'),
})

export interface BenchOptions {
  readonly world: DemoWorld
  readonly shell: Shell
  readonly confirm: Confirm
}

export function createBenchService({ world, shell, confirm }: BenchOptions): BenchService {
  return {
    handlers: {
      'bench.moveClock': ({ ms }) => act(world.moveClock(ms)),
      'bench.setComputerError': ({ ms }) => act(world.setComputerError(ms)),
      async 'bench.restore'(_request, context) {
        const approval = await confirm(context, { operation: 'bench.restore', object: world.backend.name, effects: [] })
        approval.use([])
        return act(world.restore())
      },
      'bench.key': ({ id, act: what }) => act(world.key(id, what)),
      'bench.token': (request) => act(world.token(request)),
      'bench.phone': (request) => act(world.phone(request)),
      'bench.mail': (request) => act(world.mail(request)),
      'bench.signIn': (request) => act(world.signIn(request)),
      async 'bench.signInWithPage'(_request, { ask }) {
        if (!shell.webauthn) throw callError('not-here', { reason: 'browser-only' })
        const options = await world.beginPageTouch(shell.webauthn)
        const { response } = await ask('webauthn', { ceremony: 'get', options })
        return act(world.finishPageTouch(response))
      },
    },
    topics: {
      bench: createSource(
        () => world.bench(),
        (listener) => world.onChange(listener),
      ),
    },
  }
}

async function act(doing: Promise<void>): Promise<Record<never, never>> {
  try {
    await doing
    return {}
  } catch (error) {
    if (!(error instanceof BenchFault)) throw error
    throw error.code === 'not-found' ? callError('not-found', { what: 'device' }) : callError('step-moved-on', {})
  }
}
