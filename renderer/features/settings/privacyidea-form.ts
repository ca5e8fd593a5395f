/** What is typed to sign in at a privacyIDEA server, and the setup it stands for. */
import type { BackendSetup } from '../../../shared/contract/index.ts'

export interface ServerForm {
  readonly url: string
  readonly by: 'password' | 'api-key'
  readonly user: string
  readonly realm: string
  readonly password: string
  readonly keep: boolean
  readonly key: string
  readonly hasAuthorities: boolean
  readonly authorities: string
}

export const EMPTY_SERVER: ServerForm = {
  url: '',
  by: 'password',
  user: '',
  realm: '',
  password: '',
  keep: false,
  key: '',
  hasAuthorities: false,
  authorities: '',
}

export function isServerReady(form: ServerForm): boolean {
  if (form.url.trim() === '' || (form.hasAuthorities && form.authorities.trim() === '')) return false
  return form.by === 'password' ? form.user.trim() !== '' && form.password !== '' : form.key.trim() !== ''
}

export function serverSetup(form: ServerForm): BackendSetup {
  const { url, by, user, realm, password, keep, key, hasAuthorities, authorities } = form
  return {
    kind: 'privacyidea',
    url,
    signIn: by === 'api-key' ? { by, key } : { by, user, password, keep, ...(realm.trim() === '' ? {} : { realm }) },
    ...(hasAuthorities ? { authorities } : {}),
  }
}

/** The server's own name, as far as it is typed. */
export function suggestServer({ url }: ServerForm): string {
  const typed = url.trim()
  const whole = typed.includes('://') ? typed : `https://${typed}`
  return URL.canParse(whole) ? new URL(whole).hostname : ''
}
