/** AWS in the place of AWS: FakeIam on this computer, and a profile of one of its users in files of its own. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { systemRandom } from '../../../electron/shells/node/system.ts'
import { ADMINISTRATOR, FakeIam, listen, SELF_MANAGE_WITHOUT_DENY, TIDY } from '../../support/fake-iam/index.ts'

export interface FakeAws {
  readonly iam: FakeIam
  /** Of alice, typed by hand. */
  readonly keys: { readonly accessKeyId: string; readonly secretAccessKey: string }
  close(): Promise<void>
}

/** Shells that are started with --developer until `close` find it; `carol`, an administrator, is the profile `work`. */
export async function startFakeAws(): Promise<FakeAws> {
  const iam = new FakeIam({ now: () => Date.now(), random: systemRandom })
  const { user: _, ...keys } = iam.addUser('alice', [SELF_MANAGE_WITHOUT_DENY, TIDY], 'a password of hers')
  const carol = iam.addUser('carol', [ADMINISTRATOR], 'a password of hers')
  const server = await listen(iam)
  const folder = mkdtempSync(join(tmpdir(), 'latchkey-aws-'))
  const config = join(folder, 'config')
  const credentials = join(folder, 'credentials')
  writeFileSync(config, '[profile work]\nregion = us-east-1\n')
  writeFileSync(
    credentials,
    `[work]\naws_access_key_id = ${carol.accessKeyId}\naws_secret_access_key = ${carol.secretAccessKey}\n`,
  )
  const environment = {
    LATCHKEY_AWS_ENDPOINT: server.url,
    AWS_CONFIG_FILE: config,
    AWS_SHARED_CREDENTIALS_FILE: credentials,
  }
  Object.assign(process.env, environment)
  return {
    iam,
    keys,
    async close() {
      for (const name of Object.keys(environment)) delete process.env[name]
      rmSync(folder, { recursive: true, force: true })
      await server.close()
    },
  }
}
