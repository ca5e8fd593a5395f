import { expect, test } from 'vitest'
import { memoryWire } from '../../test/support/memory-wire.ts'
import { deferred } from '../../test/support/deferred.ts'
import { createGate } from './gate.ts'

test('a request is cancelled once: the library, which remembers every cancellation, is told of no other', async () => {
  const [page, server] = memoryWire()
  const gate = createGate(server, { onBadFrame() {}, unwritable: () => ({ code: 'locked', detail: {} }) })
  const messages: unknown[] = []
  gate.reader.listen((message) => messages.push(message))
  const gone = deferred()
  server.onClose(gone.resolve)
  page.send('{"jsonrpc":"2.0","id":1,"method":"call","params":{}}')
  for (const id of [1, 1, 2, 1])
    page.send(JSON.stringify({ jsonrpc: '2.0', method: '$/cancelRequest', params: { id } }))
  page.close()
  await gone.promise
  expect(messages).toEqual([
    { jsonrpc: '2.0', id: 1, method: 'call', params: {} },
    { jsonrpc: '2.0', method: '$/cancelRequest', params: { id: 1 } },
  ])
})
