/**
 * WebAuthn's `prf` in the page's browser (Level 3 §10.1.4), for a security key that opens the vault. Inputs come as base64url
 * and go to the browser as bytes; what the key answered is taken out of the response, for it travels apart.
 */
import type { AskContext, Question, QuestionAnswer } from './asks.ts'
import { fromBase64url, toBase64url } from '../../shared/kit/index.ts'
import { answerWebAuthn } from './webauthn-ask.ts'

/** @throws CallError `cancelled`, `not-supported` or `key-refused`. */
export async function answerPrf(
  { ceremony, options }: Question<'prf'>,
  context: Pick<AskContext, 'signal'>,
): Promise<QuestionAnswer<'prf'>> {
  const { extensions } = options as { readonly extensions?: { readonly prf?: PrfInputs } }
  const prf = extensions?.prf && withBytes(extensions.prf)
  const asked = prf ? { ...options, extensions: { ...extensions, prf } } : options
  const { response } = await answerWebAuthn({ ceremony, options: asked }, context)
  const { prf: answered, ...others } = (response['clientExtensionResults'] ?? {}) as { readonly prf?: PrfResults }
  const outputs = outputsOf(answered?.results)
  const enabled = answered?.enabled === undefined ? {} : { enabled: answered.enabled }
  return {
    response: { ...response, clientExtensionResults: { ...others, ...(answered && { prf: enabled }) } },
    ...(outputs ? { outputs } : {}),
  }
}

interface Values<T> {
  readonly first: T
  readonly second?: T
}
interface PrfInputs {
  readonly eval?: Values<string>
  readonly evalByCredential?: Readonly<Record<string, Values<string>>>
}
interface PrfResults {
  readonly enabled?: boolean
  readonly results?: Values<BufferSource>
}

const withBytes = ({ eval: values, evalByCredential }: PrfInputs) => ({
  ...(values && { eval: bytesOf(values) }),
  ...(evalByCredential && {
    evalByCredential: Object.fromEntries(
      Object.entries(evalByCredential).map(([id, values]) => [id, bytesOf(values)] as const),
    ),
  }),
})

const bytesOf = ({ first, second }: Values<string>) => ({
  first: fromBase64url(first) ?? new Uint8Array(),
  ...(second !== undefined && { second: fromBase64url(second) ?? new Uint8Array() }),
})

function outputsOf(results: Values<BufferSource> | undefined): QuestionAnswer<'prf'>['outputs'] {
  if (results?.second === undefined) return undefined
  return { first: textOf(results.first), second: textOf(results.second) }
}

function textOf(source: BufferSource): string {
  const bytes = ArrayBuffer.isView(source)
    ? new Uint8Array(source.buffer, source.byteOffset, source.byteLength)
    : new Uint8Array(source)
  const text = toBase64url(bytes)
  bytes.fill(0)
  return text
}
