import { once } from 'node:events'
import { createServer, type Server } from 'node:http'
import {
  connect,
  createServer as createStranger,
  type Socket,
  type AddressInfo,
  type Server as Stranger,
} from 'node:net'
import { networkInterfaces } from 'node:os'
import { afterEach, describe, expect, it } from 'vitest'
import { createLoopbackServer, listenOnLoopback, LOOPBACK, type Bind } from './listen.ts'

const hasIpv6 = Object.values(networkInterfaces()).some((nets) => nets?.some((net) => net.address === '::1'))
const opened: (Server | Stranger)[] = []
const created: Server[] = []
const sockets: Socket[] = []

const create = () => {
  const server = createServer()
  created.push(server)
  return server
}
const listen = async (port: number, bind?: Bind) => {
  const listening = await listenOnLoopback(create, port, bind)
  opened.push(...listening.servers)
  return listening
}
const strangerOn = async (address: string) => {
  const stranger = createStranger().listen(0, address)
  opened.push(stranger)
  await once(stranger, 'listening')
  return (stranger.address() as AddressInfo).port
}
const addresses = (servers: readonly Server[]) => servers.map((server) => server.address() as AddressInfo)
const failing = (code: string): NodeJS.ErrnoException => Object.assign(new Error(code), { code })

afterEach(() => {
  for (const socket of sockets.splice(0)) socket.destroy()
  for (const server of opened.splice(0)) server.close()
  created.length = 0
})

describe('listening', () => {
  it('is on the loopback addresses alone, on the same port', async () => {
    const { port, servers } = await listen(0)
    const expected = hasIpv6 ? [...LOOPBACK] : ['127.0.0.1']
    expect(addresses(servers).map(({ address }) => address)).toEqual(expected)
    expect(addresses(servers).every((address) => address.port === port)).toBe(true)
  })

  it('is on the wished port where both addresses are free', async () => {
    const port = await strangerOn('127.0.0.1')
    await new Promise((resolve) => opened.splice(0)[0]!.close(resolve))
    expect((await listen(port)).port).toBe(port)
  })

  it.runIf(hasIpv6)(
    'moves to another port where a stranger has the wished one on ::1, and leaves the first',
    async () => {
      const taken = await strangerOn('::1')
      const { port, servers } = await listen(taken)
      expect(port).not.toBe(taken)
      expect(servers).toHaveLength(2)
      expect(created.filter((server) => server.listening)).toEqual(servers)
    },
  )

  it('moves to another port where a stranger has the wished one on 127.0.0.1', async () => {
    const taken = await strangerOn('127.0.0.1')
    expect((await listen(taken)).port).not.toBe(taken)
  })

  it.each(['EADDRNOTAVAIL', 'EAFNOSUPPORT'])(
    'is on 127.0.0.1 alone where this computer has no IPv6 (%s)',
    async (code) => {
      const { servers } = await listen(0, withoutIpv6(code))
      expect(addresses(servers).map(({ address }) => address)).toEqual(['127.0.0.1'])
    },
  )

  it.each(['EACCES', 'EMFILE'])(
    'fails where ::1 exists but can not be bound (%s), and leaves nothing open',
    async (code) => {
      await expect(listen(0, withoutIpv6(code))).rejects.toThrow(code)
      expect(created.some((server) => server.listening)).toBe(false)
    },
  )

  it('fails where 127.0.0.1 itself does not exist', async () => {
    const none: Bind = () => Promise.reject(failing('EADDRNOTAVAIL'))
    await expect(listen(0, none)).rejects.toThrow('EADDRNOTAVAIL')
  })

  it('gives up where every port is taken', async () => {
    let tries = 0
    const taken: Bind = () => {
      tries += 1
      return Promise.reject(failing('EADDRINUSE'))
    }
    await expect(listen(0, taken)).rejects.toThrow('EADDRINUSE')
    expect(tries).toBe(21)
  })
})

describe('a server of the shell', () => {
  const door = { request: () => {}, upgrade: () => {}, open: () => {} }
  const serve = async () => {
    const { port } = await listenOnLoopback(() => {
      const server = createLoopbackServer(door)
      opened.push(server)
      return server
    }, 0)
    return port
  }
  const held = async (port: number) => {
    const socket = connect(port, '127.0.0.1')
    sockets.push(socket)
    await once(socket, 'connect')
    return socket
  }

  it('holds 64 connections an address; the next is hung up on', async () => {
    const port = await serve()
    for (let i = 0; i < 64; i++) await held(port)
    const next = await held(port)
    next.resume()
    await once(next, 'close')
    expect(sockets.filter((socket) => !socket.destroyed)).toHaveLength(64)
  })

  // Takes five seconds of real time, since node:http keeps this time by itself.
  it.runIf(process.env.SLOW)('hangs up on who does not finish a head within seconds', async () => {
    const socket = await held(await serve())
    socket.write('GET / HTTP/1.1\r\nHost: ')
    const [answer] = await once(socket, 'data')
    expect(String(answer)).toBe('HTTP/1.1 408 Request Timeout\r\nConnection: close\r\n\r\n')
    await once(socket, 'close')
  })
})

function withoutIpv6(code: string): Bind {
  return async (server, address, port) => {
    if (address === '::1') throw failing(code)
    server.listen(port, address)
    await once(server, 'listening')
  }
}
