import { execFileSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, afterEach, describe, expect, it } from 'vitest'
import { systemClock, systemRandom } from '../../shells/node/system.ts'
import { json, scriptedServer, type ScriptedServer } from '../../../test/support/scripted-http.ts'
import { openPrivacyIdea } from './open.ts'

const folder = mkdtempSync(join(tmpdir(), 'latchkey-tls-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))

/** A certificate that signs itself, for these names. */
function certificate(name: string, names: string, days = 2): { key: string; cert: string } {
  const [key, cert] = [join(folder, `${name}.key`), join(folder, `${name}.pem`)]
  execFileSync(
    'openssl',
    [
      'req',
      '-x509',
      '-newkey',
      'ec',
      '-pkeyopt',
      'ec_paramgen_curve:prime256v1',
      '-nodes',
      '-keyout',
      key,
      '-out',
      cert,
    ].concat(['-days', String(days), '-subj', `/CN=${name}`, '-addext', `subjectAltName=${names}`]),
    { stdio: 'ignore' },
  )
  return { key: readFileSync(key, 'utf8'), cert: readFileSync(cert, 'utf8') }
}
const hasOpenssl = (() => {
  try {
    execFileSync('openssl', ['version'], { stdio: 'ignore' })
    return true
  } catch {
    return false
  }
})()

describe.skipIf(!hasOpenssl)('a server’s certificate (openssl makes them)', () => {
  const NEVER = new AbortController().signal
  let server: ScriptedServer | undefined
  afterEach(() => server?.close())

  const identities = async (tls: { key: string; cert: string }, ca: string | undefined, host = '127.0.0.1') => {
    server = await scriptedServer(({ path }, response) => {
      const user = { token: 'a.b.c', role: 'user', username: 'alice', realm: 'test', rights: [] }
      json(response, { result: { status: true, value: path === '/auth' ? user : [] } })
    }, tls)
    const opened = openPrivacyIdea({
      id: 'pi',
      name: 'privacyIDEA',
      url: `https://${host}:${server.port}`,
      ca,
      credentials: { by: 'password', user: 'alice', password: async () => 'a planted password' },
      clock: systemClock,
      random: systemRandom,
    })
    if (!opened.ok) throw new Error(opened.error)
    try {
      return await opened.value.backend.identities(NEVER)
    } catch (thrown) {
      return (thrown as { error: unknown }).error
    } finally {
      opened.value.close()
    }
  }

  it('is taken where its authority was pinned', async () => {
    const tls = certificate('right', 'IP:127.0.0.1')
    expect(await identities(tls, tls.cert)).toMatchObject([{ name: 'alice' }])
  })

  it.each<[string, string, () => [{ key: string; cert: string }, string | undefined]]>([
    ['where nobody knows its authority', 'self-signed', () => [certificate('unknown', 'IP:127.0.0.1'), undefined]],
    ['of another authority than the pinned one', 'self-signed', () => [certificate('one', 'IP:127.0.0.1'), certificate('other', 'IP:127.0.0.1').cert]], // prettier-ignore
    [
      'of another name',
      'other-name',
      () => {
        const tls = certificate('elsewhere', 'DNS:elsewhere.example')
        return [tls, tls.cert]
      },
    ],
  ])('is refused %s, before anything was said, as %s', async (_, certificate, make) => {
    const [tls, ca] = make()
    expect(await identities(tls, ca)).toEqual({ code: 'untrusted-server', certificate })
    expect(server!.asked).toEqual([])
  })
})
