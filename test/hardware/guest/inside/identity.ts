/** What a key says of itself to the system that it is plugged into. */
export interface Identity {
  readonly vendorId: number
  readonly productId: number
  readonly manufacturer: string
  readonly product: string
  readonly serialNumber: string
}

/** CTAP 2.1 §11.2.8.2: usage page 0xF1D0, usage 1, one report of 64 bytes each way. */
export const REPORT_DESCRIPTOR: Uint8Array = Buffer.from(
  '06d0f10901a1010920150026ff007508954081020921150026ff00750895409102c0',
  'hex',
)
