/** U2F raw messages 1.2, as CTAPHID_MSG carries them: VERSION, REGISTER, AUTHENTICATE. */
import { concat, fromBase64url, utf8 } from '../../../shared/kit/index.ts'
import { uint32 } from './authenticator-data.ts'
import { newCredential, type Credential } from './credential-id.ts'
import { ALGORITHM } from './options.ts'
import { p256Key } from './crypto.ts'
import { readApdu, type Apdu } from './apdu.ts'
import type { Key } from './key.ts'
import { PolledTouch } from './polled-touch.ts'

const INS = { register: 0x01, authenticate: 0x02, version: 0x03 } as const
/** AUTHENTICATE's P1 (§5.1). */
const CONTROL = { checkOnly: 0x07, enforce: 0x03, dontEnforce: 0x08 } as const
export const SW = {
  noError: 0x9000,
  wrongLength: 0x6700,
  conditionsNotSatisfied: 0x6985,
  commandNotAllowed: 0x6986,
  wrongData: 0x6a80,
  claNotSupported: 0x6e00,
  insNotSupported: 0x6d00,
} as const

export class U2f {
  readonly #key: Key
  readonly #touch: PolledTouch

  constructor(key: Key) {
    this.#key = key
    this.#touch = new PolledTouch(key.clock, key.person)
  }

  /** Answers one request APDU with its response and status word. Never rejects for what a client sent. */
  async answer(message: Uint8Array): Promise<Uint8Array> {
    const apdu = readApdu(message)
    if (apdu === undefined) return sw(SW.wrongLength)
    if (apdu.cla !== 0) return sw(SW.claNotSupported)
    // CTAP 2.1 §7.2.4: U2F can't verify the person.
    if (this.#key.state.alwaysUv) return sw(SW.commandNotAllowed)
    switch (apdu.ins) {
      case INS.version:
        return apdu.data.length === 0 ? concat(utf8('U2F_V2'), sw(SW.noError)) : sw(SW.wrongLength)
      case INS.register:
        return this.#register(apdu)
      case INS.authenticate:
        return this.#authenticate(apdu)
      default:
        return sw(SW.insNotSupported)
    }
  }

  /** Ends a question that is still open: the power went. */
  forget(): void {
    this.#touch.close()
  }

  async #register({ data }: Apdu): Promise<Uint8Array> {
    if (data.length !== 64) return sw(SW.wrongLength)
    if (!(await this.#touch.touched('u2f-register', data))) return sw(SW.conditionsNotSatisfied)
    const challenge = data.subarray(0, 32)
    const application = data.subarray(32)
    const { master, random, state } = this.#key
    const credential = newCredential(master, random, application, {
      algorithm: ALGORITHM.es256,
      credProtect: 1,
      isDiscoverable: false,
      isU2f: true,
    })
    const { x, y } = credential.point()!
    const point = concat(Uint8Array.of(4), x, y)
    const attestation = p256Key(fromBase64url(state.attestation.privateSeed)!)
    const signature = attestation.sign(concat(Uint8Array.of(0), application, challenge, credential.id, point))
    const head = concat(Uint8Array.of(5), point, Uint8Array.of(credential.id.length), credential.id)
    return concat(head, fromBase64url(state.attestation.certificate)!, signature, sw(SW.noError))
  }

  async #authenticate({ p1, data }: Apdu): Promise<Uint8Array> {
    const length = data[64]
    if (length === undefined || data.length !== 65 + length) return sw(SW.wrongLength)
    const challenge = data.subarray(0, 32)
    const application = data.subarray(32, 64)
    const credential = this.#key.credential(data.subarray(65), application)
    if (credential === undefined || !isOpenToU2f(credential)) return sw(SW.wrongData)
    if (p1 === CONTROL.checkOnly) return sw(SW.conditionsNotSatisfied)
    if (p1 !== CONTROL.enforce && p1 !== CONTROL.dontEnforce) return sw(SW.wrongData)
    const isPresent = p1 === CONTROL.enforce
    if (isPresent && !(await this.#touch.touched('u2f-authenticate', data))) return sw(SW.conditionsNotSatisfied)
    const signed = Uint8Array.of(isPresent ? 1 : 0, ...uint32(this.#key.count()))
    const signature = credential.sign(concat(application, signed, challenge))
    return concat(signed, signature, sw(SW.noError))
  }
}

/** CTAP 2.1 §10.3: what is protected stays hidden from a protocol that verifies nobody; U2F has ES256 only. */
const isOpenToU2f = ({ algorithm, credProtect }: Credential) => algorithm === ALGORITHM.es256 && credProtect === 1

const sw = (word: number) => Uint8Array.of(word >> 8, word & 0xff)
