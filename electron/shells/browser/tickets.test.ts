import { randomBytes } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import { FakeClock } from '../../../test/support/fake-clock.ts'
import { createTickets, TICKET_LIFE_MS } from './tickets.ts'

describe('a ticket', () => {
  it('is good once', () => {
    const tickets = createTickets(new FakeClock(), randomBytes)
    const ticket = tickets.mint()
    expect(ticket).toMatch(/^[A-Za-z0-9_-]{43}$/)
    expect(tickets.spend(ticket)).toBe(true)
    expect(tickets.spend(ticket)).toBe(false)
  })

  it('is good until its 30 seconds are over', async () => {
    const clock = new FakeClock()
    const tickets = createTickets(clock, randomBytes)
    const [early, late] = [tickets.mint(), tickets.mint()]
    await clock.advance(TICKET_LIFE_MS - 1)
    expect(tickets.spend(early)).toBe(true)
    await clock.advance(1)
    expect(tickets.spend(late)).toBe(false)
  })

  it('is late after the computer slept, when its timer did not run', () => {
    const clock = new FakeClock()
    const tickets = createTickets(clock, randomBytes)
    const ticket = tickets.mint()
    clock.jump(clock.now() + TICKET_LIFE_MS)
    expect(tickets.spend(ticket)).toBe(false)
  })

  it('is late after 30 seconds by the timer, when the wall clock was set back meanwhile', async () => {
    const clock = new FakeClock()
    const tickets = createTickets(clock, randomBytes)
    const ticket = tickets.mint()
    await clock.advance(TICKET_LIFE_MS)
    clock.jump(clock.now() - 60 * 60 * 1000)
    expect(tickets.spend(ticket)).toBe(false)
  })

  it('stands by itself: spending or guessing one leaves the others good', () => {
    const tickets = createTickets(new FakeClock(), randomBytes)
    const [first, second] = [tickets.mint(), tickets.mint()]
    expect(tickets.spend('A'.repeat(43))).toBe(false)
    expect(tickets.spend('')).toBe(false)
    expect(tickets.spend(second)).toBe(true)
    expect(tickets.spend(first)).toBe(true)
  })

  it('is worth nothing after the shell stopped', () => {
    const tickets = createTickets(new FakeClock(), randomBytes)
    const ticket = tickets.mint()
    tickets.forget()
    expect(tickets.spend(ticket)).toBe(false)
  })
})
