import { afterEach, beforeEach, describe, expect, expectTypeOf, it } from 'vitest'
import type { BenchState, KeyAct, MailAct, PhoneAct, SignInAct, TokenAct } from '../../electron/backends/index.ts'
import { topics, type Request, type State } from '../../shared/contract/index.ts'
import { BenchPerson, testWorld, type TestWorld } from '../support/demo-world.ts'

describe('the bench of the demo world', () => {
  let test: TestWorld
  beforeEach(async () => {
    test = await testWorld()
  })
  afterEach(() => test.dispose())

  it('is as the contract says in every state it goes through', async () => {
    const { world, clock } = test
    const pages = new Set<string>()
    const check = () => {
      const bench = world.bench()
      expect(topics.bench.state.parse(bench)).toEqual(bench)
      pages.add(bench.signIn.page)
    }
    const stop = world.onChange(check)
    check()
    const root = new BenchPerson(world, 'stagingRoot')
    await root.enterPassword('wrong')
    await root.signIn()
    await clock.advance(90_000)
    await root.enterPassword()
    await root.choose('Blue key')
    await root.touch('blue')
    await root.enterPassword()
    await clock.advance(180_000)
    await world.mail({ goesToSpam: true })
    await root.troubleshoot()
    await root.verifyEmail()
    await root.verifyPhone()
    await world.signIn({ act: 'use-alternative-factors' })
    await world.phone({ act: 'steal' })
    await world.token({ serial: '2600 8831 0415', act: 'break' })
    await world.key('blue', 'lose')
    await world.setComputerError(-12_000)
    stop()
    expect([...pages].toSorted()).toEqual([
      'alternative-factors',
      'choose-device',
      'code',
      'password',
      'password-again',
      'signed-in',
      'start',
      'touch',
      'troubleshoot',
    ])
  })

  it('knows every act of the contract, and shows nothing else', () => {
    // Held by the compiler (npm run types): at run time these say nothing.
    expectTypeOf<BenchState>().toExtend<State<'bench'>>()
    expectTypeOf<Request<'bench.signIn'>>().toExtend<SignInAct>()
    expectTypeOf<Request<'bench.key'>['act']>().toExtend<KeyAct>()
    expectTypeOf<Request<'bench.token'>>().toExtend<TokenAct>()
    expectTypeOf<Request<'bench.phone'>>().toExtend<PhoneAct>()
    expectTypeOf<Request<'bench.mail'>>().toExtend<MailAct>()
  })

  it('tells who watches it when codes turn, and nobody else', async () => {
    const { world, clock } = test
    const codes: string[] = []
    const stop = world.onChange(() => codes.push(world.bench().tokens[0]?.display?.code ?? ''))
    let told = 0
    world.backend.onChange(() => told++)
    await clock.advance(90_000)
    expect(new Set(codes).size).toBe(3)
    stop()
    await clock.advance(90_000)
    expect(codes).toHaveLength(3)
    expect(told).toBe(0)
  })
})
