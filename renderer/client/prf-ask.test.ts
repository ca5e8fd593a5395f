import { afterEach, expect, test, vi } from 'vitest'
import { toBase64url, utf8 } from '../../shared/kit/index.ts'
import { answerPrf } from './prf-ask.ts'

afterEach(() => vi.unstubAllGlobals())

test('inputs go to the browser as bytes, and what the key answered comes back apart from its response', async () => {
  const [first, second] = [new Uint8Array(32).fill(1), new Uint8Array(32).fill(2)]
  const get = vi.fn((_options: { publicKey: { extensions: unknown } }) =>
    Promise.resolve({
      id: 'AQID',
      rawId: new Uint8Array([1, 2, 3]).buffer,
      type: 'public-key',
      response: {
        authenticatorData: new Uint8Array(37).buffer,
        clientDataJSON: utf8('{}').buffer,
        signature: new Uint8Array(8).buffer,
        userHandle: null,
      },
      getClientExtensionResults: () => ({ prf: { results: { first: first.buffer, second } } }),
    }),
  )
  vi.stubGlobal('PublicKeyCredential', Object)
  vi.stubGlobal('navigator', { credentials: { get } })
  const values = { first: toBase64url(utf8('one')), second: toBase64url(utf8('two')) }
  const answer = await answerPrf(
    {
      ceremony: 'get',
      options: {
        challenge: 'AAAA',
        allowCredentials: [{ type: 'public-key', id: 'AQID' }],
        extensions: { prf: { evalByCredential: { AQID: values } } },
      },
    },
    { signal: new AbortController().signal },
  )
  expect(get.mock.calls[0]![0].publicKey.extensions).toEqual({
    prf: { evalByCredential: { AQID: { first: utf8('one'), second: utf8('two') } } },
  })
  expect(answer.outputs).toEqual({
    first: toBase64url(new Uint8Array(32).fill(1)),
    second: toBase64url(new Uint8Array(32).fill(2)),
  })
  expect(answer.response['clientExtensionResults']).toEqual({ prf: {} })
  expect(second.every((byte) => byte === 0)).toBe(true)
})
