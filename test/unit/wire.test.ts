import { memoryWire } from '../support/memory-wire.ts'
import { socketPair } from '../support/socket-wire.ts'
import { wireSuite } from '../suites/wire.ts'

wireSuite('in memory', async () => {
  const [client, server] = memoryWire()
  return { client, server, dispose: async () => client.close() }
})
wireSuite('WebSocket', socketPair)
