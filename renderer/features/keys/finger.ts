/** A finger that the key knows, and how it is called. */
import type { Response } from '../../../shared/contract/index.ts'
import { fingers as words } from '../../i18n/keys.ts'

export type Finger = Response<'keys.readFingerprints'>['fingerprints'][number]

export const nameOf = ({ name }: Finger): string => name || words.nameless

/** A key takes as many bytes as it says, and the call as many letters. */
export const isNameTooLong = (name: string, maxBytes = 64): boolean =>
  new TextEncoder().encode(name.trim()).length > maxBytes
