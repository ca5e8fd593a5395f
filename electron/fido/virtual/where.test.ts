import { expect, it } from 'vitest'
import { readWhere, writeWhere } from './where.ts'

it.each(['unix:/run/key.sock', 'tcp:127.0.0.1:4711', 'tcp:[::1]:0'])('%s is read and written', (text) => {
  expect(writeWhere(readWhere(text)!)).toBe(text)
})

it.each([
  '',
  'unix:',
  'tcp:0.0.0.0:1',
  'tcp:localhost:1',
  'tcp:127.0.0.1',
  'tcp:127.0.0.1:65536',
  'udp:127.0.0.1:1',
  'tcp:192.168.0.1:1',
  'tcp:127.0.0.1:1 ',
])('%j is refused: loopback addresses and unix sockets only', (text) => {
  expect(readWhere(text)).toBeUndefined()
})
