/**
 * The profiles of AWS's shared files, by name and by how each signs in; keys in them are passed over. Reads the INI dialect of
 * the SDKs and Tools Reference Guide, "Format of the shared config and credentials files"; total: other lines mean nothing.
 */

export interface AwsProfile {
  readonly name: string
  readonly signsInBy: 'keys' | 'sso' | 'process' | 'role' | 'other'
  readonly region?: string
  /** The role's, which asks for a code of this device. */
  readonly mfaSerial?: string
}

const MAX_FILE_LETTERS = 1_048_576
const SECTION = /^\[\s*(.+?)\s*\]/
const SETTING = /^([\w.-]+)\s*=\s*(.*?)\s*$/

/** Of the text of `config` and of `credentials`, either absent; the names in the order they are found. */
export function readProfiles(config: string | undefined, credentials: string | undefined): AwsProfile[] {
  const sections = new Map<string, Map<string, string>>()
  collect(sections, config, configProfile)
  collect(sections, credentials, (title) => title)
  return [...sections].map(([name, settings]) => {
    const region = settings.get('region')
    const mfaSerial = settings.get('mfa_serial')
    return {
      name,
      signsInBy: signsInBy(settings),
      ...(region === undefined ? {} : { region }),
      ...(mfaSerial === undefined ? {} : { mfaSerial }),
    }
  })
}

/** Titles of `config` are `default` and `profile NAME`; others (`sso-session`, `services`) are no profiles. */
function configProfile(title: string): string | undefined {
  if (title === 'default') return title
  const name = /^profile\s+(.+)$/.exec(title)?.[1]
  return name?.replaceAll(/^["']|["']$/g, '')
}

/** Keys are noted as there, without their value. */
const NOTED = new Set(['region', 'mfa_serial', 'role_arn', 'sso_session', 'sso_start_url', 'credential_process'])

function collect(
  sections: Map<string, Map<string, string>>,
  text: string | undefined,
  nameOf: (title: string) => string | undefined,
): void {
  if (text === undefined || text.length > MAX_FILE_LETTERS) return
  let settings: Map<string, string> | undefined
  for (const line of text.split(/\r?\n/)) {
    if (/^\s*[#;]/.test(line)) continue
    const title = SECTION.exec(line)?.[1]
    if (title !== undefined) {
      const name = nameOf(title)
      settings = name === undefined ? undefined : (sections.get(name) ?? new Map())
      if (name !== undefined && settings) sections.set(name, settings)
      continue
    }
    const [, key = '', value = ''] = SETTING.exec(line) ?? []
    if (NOTED.has(key)) settings?.set(key, value)
    else if (key === 'aws_access_key_id') settings?.set(key, '')
  }
}

function signsInBy(settings: ReadonlyMap<string, string>): AwsProfile['signsInBy'] {
  if (settings.has('role_arn')) return 'role'
  if (settings.has('sso_session') || settings.has('sso_start_url')) return 'sso'
  if (settings.has('credential_process')) return 'process'
  return settings.has('aws_access_key_id') ? 'keys' : 'other'
}
