/** The AWS profiles of this computer, by name: where AWS's own tools look for them (SDKs and Tools Reference Guide, "Location of the shared config and credentials files"). */
import { readFile } from 'node:fs/promises'
import type { Response } from '../../../shared/contract/index.ts'
import { readProfiles } from '../../backends/index.ts'
import type { AwsPlace } from '../ports.ts'

/** Files that are not there, or can't be read, have none. */
export async function profilesAt(place: AwsPlace | undefined): Promise<Response<'backends.profiles'>> {
  if (!place) return { profiles: [], environment: false }
  const textOf = (path: string) => readFile(path, 'utf8').catch(() => undefined)
  const [config, credentials] = await Promise.all([textOf(place.config), textOf(place.credentials)])
  return {
    profiles: readProfiles(config, credentials).map((profile) => ({ ...profile })),
    environment: place.environment,
  }
}
