export { openTransport, KEY_DEADLINE_MS } from './transport.ts'
export type { TransportParts } from './transport.ts'
export { Assembly, BROADCAST, CAPABILITY, COMMAND, ERROR_CODE, fragment, KEEPALIVE, MAX_MESSAGE_BYTES, NONCE_BYTES, readChannel, readPacket } from './packets.ts' // prettier-ignore
export type { Packet } from './packets.ts'
