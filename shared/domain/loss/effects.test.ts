import { describe, expect, it } from 'vitest'
import { accountEffects, accountsLosing, effectsOf, onlyWayInto } from './index.ts'
import { account, device, deviceOf, entry, identity, key, ofEntry, world } from './testing/worlds.ts'

const administrators = [{ id: 'carol', name: 'Carol' }]
const blue = key('blue')

describe('what accounts would lose', () => {
  const of = world({
    identities: [
      identity('alice', [device('a', 'fido')], { administrators }),
      identity('carol', [device('c', 'fido'), device('t', 'hardware-totp')], { isAdministrator: true }),
    ],
    keys: [{ id: 'blue', name: 'Blue', passkeys: [], devices: [deviceOf('alice', 'a'), deviceOf('carol', 'c')] }],
  })

  it('by a key that is reset is told of its identities, where the devices stay registered', () => {
    expect(accountEffects(of, [blue])).toMatchObject([
      { effect: 'would-need', facts: { who: 'alice', outcome: 'administrator' } },
      { effect: 'still-opens', facts: { who: 'carol', with: 'use-device', through: 'Device t' } },
    ])
    expect(onlyWayInto(of, [blue])).toEqual([account('alice')])
  })

  it('is not told of accounts that somebody else speaks of', () => {
    expect(accountEffects(of, [blue], [account('alice')])).toMatchObject([{ facts: { who: 'carol' } }])
  })

  it('is not told of those who only lose somebody who could have helped', () => {
    const removed = [
      { is: 'device', ...deviceOf('carol', 'c') },
      { is: 'device', ...deviceOf('carol', 't') },
    ] as const
    expect(accountEffects(of, removed).map(({ facts }) => facts['who'])).toEqual(['carol'])
  })

  it('by a way into the vault is nothing while another one opens it', () => {
    const slots = [
      { id: 'passphrase', kind: 'passphrase', label: '' },
      { id: 'printed', kind: 'recovery-code', label: '' },
    ] as const
    const vault = world({ entries: [entry('github')], slots })
    for (const { id } of slots) expect(accountEffects(vault, [{ is: 'slot', slot: id }])).toEqual([])
    const both = slots.map(({ id }) => ({ is: 'slot', slot: id }) as const)
    expect(accountEffects(vault, both)).toMatchObject([{ effect: 'would-need', facts: { outcome: 'unknown' } }])
    expect(effectsOf(vault, both).map(({ effect }) => effect)).toContain('slot-goes')
  })

  it('is certain only where no answer could still open it', () => {
    const open = world({ entries: [entry('github')] })
    const removed = [{ is: 'entry', entryId: 'github' }] as const
    expect(onlyWayInto(open, removed)).toEqual([ofEntry('github')])
    expect(accountsLosing(open, removed).onlyWayInto).toEqual([])
    const closed = world({ entries: [entry('github')], said: { everyWayKnown: [ofEntry('github')] } })
    expect(accountsLosing(closed, removed).onlyWayInto).toEqual([ofEntry('github')])
  })
})
