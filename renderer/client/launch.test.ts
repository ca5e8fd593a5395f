import { describe, expect, test } from 'vitest'
import { readLaunch, type LaunchPage } from './launch.ts'

const TOKEN = 'T'.repeat(43)
const TICKET = 'k'.repeat(43)

interface Told {
  readonly page: LaunchPage
  readonly addresses: string[]
  readonly requests: { path: string; init: unknown; address: string }[]
  readonly kept: Map<string, string>
}

function pageAt(hash: string, answer: () => Promise<{ ok: boolean; json(): Promise<unknown> }>, kept?: string): Told {
  const addresses: string[] = []
  const requests: Told['requests'] = []
  const storage = new Map(kept === undefined ? [] : [['latchkey-token', kept]])
  return {
    addresses,
    requests,
    kept: storage,
    page: {
      location: { hash, pathname: '/' },
      history: { replaceState: (_data, _unused, url) => void addresses.push(url) },
      sessionStorage: {
        getItem: (key) => storage.get(key) ?? null,
        setItem: (key, value) => void storage.set(key, value),
      },
      fetch(path, init) {
        requests.push({ path, init, address: addresses.at(-1) ?? hash })
        return answer()
      },
    },
  }
}

const noFetch = () => Promise.reject(new Error('not expected'))
const answering = (ok: boolean, body: unknown) => () => Promise.resolve({ ok, json: () => Promise.resolve(body) })

describe('the launch of a page', () => {
  test('a token in the fragment is kept for this tab and taken out of the address', async () => {
    const { page, addresses, kept } = pageAt(`#${TOKEN}`, noFetch)
    expect(await readLaunch(page)).toEqual({ is: 'ready', token: TOKEN })
    expect(addresses).toEqual(['/'])
    expect([...kept.values()]).toEqual([TOKEN])
  })

  test('a reload finds the token that the tab kept', async () => {
    const { page, addresses } = pageAt('', noFetch, TOKEN)
    expect(await readLaunch(page)).toEqual({ is: 'ready', token: TOKEN })
    expect(addresses).toEqual([])
  })

  test('a ticket is out of the address before it is exchanged, in exactly the body that the server takes', async () => {
    const { page, addresses, requests, kept } = pageAt(`#ticket=${TICKET}`, answering(true, { token: TOKEN }))
    expect(await readLaunch(page)).toEqual({ is: 'ready', token: TOKEN })
    expect(addresses).toEqual(['/'])
    expect(requests).toHaveLength(1)
    expect(requests[0]).toMatchObject({
      path: '/ticket',
      address: '/',
      init: { method: 'POST', headers: { 'Content-Type': 'application/json' }, body: `{"ticket":"${TICKET}"}` },
    })
    expect([...kept.values()]).toEqual([TOKEN])
  })

  test('a spent ticket says so, unless the tab still has its token', async () => {
    const spent = answering(false, undefined)
    expect(await readLaunch(pageAt(`#ticket=${TICKET}`, spent).page)).toEqual({ is: 'ticket-spent' })
    expect(await readLaunch(pageAt(`#ticket=${TICKET}`, spent, TOKEN).page)).toEqual({ is: 'ready', token: TOKEN })
  })

  test('a program that is gone is unreachable, and what is no token is not taken for one', async () => {
    expect(await readLaunch(pageAt(`#ticket=${TICKET}`, noFetch).page)).toEqual({ is: 'unreachable' })
    for (const body of [{ token: 'short' }, { token: 1 }, null, {}]) {
      const { page, kept } = pageAt(`#ticket=${TICKET}`, answering(true, body))
      expect(await readLaunch(page)).toEqual({ is: 'ticket-spent' })
      expect(kept.size).toBe(0)
    }
  })

  test('without either there is nothing to connect with, and another fragment is left alone', async () => {
    for (const hash of ['', '#codes', `#${TOKEN}x`, `#ticket=${TICKET}&more`]) {
      const { page, addresses } = pageAt(hash, noFetch)
      expect(await readLaunch(page)).toEqual({ is: 'no-token' })
      expect(addresses).toEqual([])
    }
  })
})
