/**
 * Whole messages to and from one key. `ctaphid/` implements it over a `HidPort`; `ctap2/` and `u2f/` know nothing below it.
 */
export interface MessageOptions {
  /**
   * Aborting sends CTAPHID_CANCEL and waits for the key's answer to it (CTAP 2.1 §11.2.9.1.5). A key that had already done
   * what was asked answers that, and so does the call: what is done is not called undone.
   */
  readonly signal?: AbortSignal | undefined
  /**
   * How long the key may take, in milliseconds, 30,000 unless told. While it asks for a touch the person's time counts
   * (ten minutes in all), not this.
   */
  readonly deadlineMs?: number | undefined
  /**
   * A busy key is not asked again, as it is otherwise: what this message costs it costs each time. `WireError` `channel-busy`
   * then leaves open whether it was heard.
   */
  readonly isSentOnce?: true
  /** Status of each CTAPHID_KEEPALIVE: 1 processing, 2 user presence needed. */
  readonly onKeepalive?: ((status: number) => void) | undefined
}

export interface Transport {
  /** Of the CTAPHID_INIT answer. */
  readonly capabilities: { readonly wink: boolean; readonly cbor: boolean; readonly msg: boolean }
  readonly deviceVersion: { readonly major: number; readonly minor: number; readonly build: number }
  /**
   * CTAPHID_CBOR: one CTAP2 command and its CBOR parameters (empty where it has none). Answers the CBOR of the response.
   * Throws `KeyStatusError` for another status than success, `WireError` for trouble on the way.
   */
  cbor(command: number, parameters: Uint8Array, options?: MessageOptions): Promise<Uint8Array>
  /** CTAPHID_MSG: one U2F request APDU; answers the response APDU with its status word. */
  msg(apdu: Uint8Array, options?: MessageOptions): Promise<Uint8Array>
  ping(data: Uint8Array, options?: MessageOptions): Promise<Uint8Array>
  wink(options?: MessageOptions): Promise<void>
  /** CTAPHID_LOCK for 0 to 10 seconds. */
  lock(seconds: number, options?: MessageOptions): Promise<void>
  close(): Promise<void>
}
