import { describe, expect, it, vi } from 'vitest'
import { orAborted } from './or-aborted.ts'

describe('a promise that may be given up', () => {
  it('is what it is where nobody gives up, and leaves nothing on the signal', async () => {
    const { signal } = new AbortController()
    const removed = vi.spyOn(signal, 'removeEventListener')
    expect(await orAborted(Promise.resolve(7), signal)).toBe(7)
    await expect(orAborted(Promise.reject(new Error('its own')), signal)).rejects.toThrow('its own')
    expect(removed).toHaveBeenCalledTimes(2)
  })

  it('is the signal’s reason at once, before and while it is waited for', async () => {
    const giving = new AbortController()
    const waiting = orAborted(new Promise(() => {}), giving.signal)
    giving.abort(new Error('given up'))
    await expect(waiting).rejects.toThrow('given up')
    await expect(orAborted(Promise.resolve(7), giving.signal)).rejects.toThrow('given up')
    // Of one that fails too nobody hears: unheard, it would end the process.
    await expect(orAborted(Promise.reject(new Error('its own')), giving.signal)).rejects.toThrow('given up')
  })
})
