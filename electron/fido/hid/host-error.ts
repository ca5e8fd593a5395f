/** What keeps the HID host from doing what it was asked. */
export type HidHostFault =
  /** It ended by itself: a fault in the native module, as a rule. */
  | 'ended'
  /** It answered nothing in time, and was ended. */
  | 'no-answer'
  /** It said what can't be read, and was ended. */
  | 'malformed'
  /** Its process could not be made. */
  | 'not-started'
  /** It was ended because nobody needs it any more. */
  | 'stopped'
  /** It is well, but could not do this. */
  | 'failed'

/** How its process ended. */
export interface HostExit {
  readonly code?: number | undefined
  readonly signal?: string | undefined
}

export class HidHostError extends Error {
  readonly fault: HidHostFault
  readonly exit: HostExit | undefined
  constructor(fault: HidHostFault, { exit, cause }: { exit?: HostExit; cause?: unknown } = {}) {
    super(`the HID host: ${fault}`, cause === undefined ? undefined : { cause })
    this.name = 'HidHostError'
    this.fault = fault
    this.exit = exit
  }
}
