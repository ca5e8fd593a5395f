import { describe, expect, test } from 'vitest'
import { callError, type State } from '../../shared/contract/index.ts'
import { connect } from '../../test/support/connect.ts'
import { deferred } from '../../test/support/deferred.ts'
import { FakeClock } from '../../test/support/fake-clock.ts'
import { StubTopic, stubServices } from '../../test/support/services-stub.ts'
import { createServerTime } from './server-time.ts'
import { createTopicStore, type TopicStore } from './topic-store.ts'

const LOCKED = callError('locked', {})

function running() {
  const vault = new StubTopic<'vault'>({ state: 'locked', ways: [], keyThrough: [] })
  const entries = new StubTopic<'entries'>({})
  const clockTopic = new StubTopic<'clock'>()
  const { client, close } = connect(stubServices({ topics: { vault, entries, clock: clockTopic } }))
  /** What was sent before has arrived. */
  const settled = () => client.call('app.quit', {}).catch(() => {})
  return { vault, entries, clockTopic, close, settled, topics: createTopicStore(client) }
}

/** Resolves when `is` holds after a change of the topic. */
function until(topics: TopicStore, topic: 'entries' | 'vault', is: () => boolean): Promise<void> {
  const { promise, resolve } = deferred()
  topics.subscribe(topic, {}, () => is() && resolve())
  if (is()) resolve()
  return promise
}

const UNLOCKED: State<'vault'> = { state: 'unlocked', slots: [], keyThrough: [], generation: 1, unsavedToBackup: 0 }

describe('topics on a page', () => {
  test('all that want the same share one watch, which is gone with the last of them', async () => {
    const { entries, topics, settled } = running()
    const first = topics.subscribe('entries', {}, () => {})
    const second = topics.subscribe('entries', {}, () => {})
    await settled()
    expect(entries.watchers).toBe(1)
    expect(topics.view('entries', {})).toEqual({ state: {}, status: 'live', error: undefined })
    expect(topics.view('entries', {})).toBe(topics.view('entries', {}))
    first()
    await settled()
    expect(entries.watchers).toBe(1)
    second()
    await settled()
    expect(entries.watchers).toBe(0)
    expect(topics.view('entries', {}).status).toBe('loading')
  })

  test('a topic that is left and taken up within one turn is not watched anew', async () => {
    const { entries, topics, settled } = running()
    const leave = topics.subscribe('entries', {}, () => {})
    await settled()
    leave()
    topics.subscribe('entries', {}, () => {})
    expect(topics.view('entries', {}).status).toBe('live')
    await settled()
    expect(entries.watchers).toBe(1)
  })

  test('a topic that ended with the lock shows nothing any more, and comes back by itself when the vault is unlocked', async () => {
    const { vault, entries, topics } = running()
    vault.push(UNLOCKED)
    await until(topics, 'entries', () => topics.view('entries', {}).status === 'live')
    entries.refusal = LOCKED
    entries.end(LOCKED)
    await until(topics, 'entries', () => topics.view('entries', {}).status === 'ended')
    expect(topics.view('entries', {})).toEqual({
      state: undefined,
      status: 'ended',
      error: { code: 'locked', detail: {} },
    })
    vault.push({ state: 'locked', ways: [], keyThrough: [] })
    await until(topics, 'vault', () => topics.view('vault', {}).state?.state === 'locked')
    entries.refusal = undefined
    vault.push(UNLOCKED)
    await until(topics, 'entries', () => topics.view('entries', {}).status === 'live')
  })

  test('a service that says unlocked and refuses all the same is not asked again without end', async () => {
    const { vault, entries, topics, settled } = running()
    vault.push(UNLOCKED)
    entries.refusal = LOCKED
    let ends = 0
    topics.subscribe('entries', {}, () => {
      if (topics.view('entries', {}).status === 'ended') ends += 1
    })
    for (let i = 0; i < 20; i++) await settled()
    expect(ends).toBe(2)
  })

  test('with the wire lost the last state is shown as stale', async () => {
    const { topics, close } = running()
    await until(topics, 'entries', () => topics.view('entries', {}).status === 'live')
    close()
    expect(topics.view('entries', {})).toEqual({ state: {}, status: 'stale', error: undefined })
  })
})

describe('the time that codes are made for', () => {
  test('is this page’s clock and its distance from the services’, told when it jumps and not for jitter', async () => {
    const { clockTopic, settled, topics } = running()
    const clock = new FakeClock()
    const time = createServerTime(topics, clock)
    let jumps = 0
    time.onJump(() => jumps++)
    const tell = async (at: number) => {
      clockTopic.push({ at, correctionMs: 0, sources: [] })
      await settled()
    }
    expect(time.now()).toBe(clock.now())
    await settled()
    await tell(clock.now() + 3_600_000)
    expect(time.now()).toBe(clock.now() + 3_600_000)
    expect(jumps).toBe(1)
    await clock.advance(1000)
    expect(time.now()).toBe(clock.now() + 3_600_000)
    await tell(clock.now() + 3_600_030)
    expect(time.now()).toBe(clock.now() + 3_600_000)
    expect(jumps).toBe(1)
    await tell(clock.now() - 90_000)
    expect(time.now()).toBe(clock.now() - 90_000)
    expect(jumps).toBe(2)
  })
})
