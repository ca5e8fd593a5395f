/** Why a backend does not do something, or not for whom is signed in, and what to do instead. */

/** Of capabilities: why something can't be done for an identity now. */
export const CAPABILITY_REASONS: Readonly<Record<string, string>> = {
  policy: 'The server’s policies don’t allow it to you. An administrator of the server can.',
  'no-key-here': 'No security key can be touched here: no USB access. Plug one in where Latchkey can reach it.',
  'managed-elsewhere': 'The server takes this from a directory. Change it there.',
  'administrator-only': 'Only an administrator of the server can.',
  'fido-by-console': 'In the AWS console only. Latchkey leads you there and looks afterwards.',
  'root-by-console': 'Root users do this in the AWS console only.',
  'no-rename': 'AWS can’t rename a device. Register one with the new name, then remove this one.',
  'deactivate-instead': 'AWS knows no lost devices. Replace or remove it instead.',
  'temporary-credentials': 'Signed in with temporary keys, which can’t open an MFA session. The user’s own keys can.',
}

/** Of refusals: why this very request can’t be done at this backend. */
const NOT_SUPPORTED: Readonly<Record<string, string>> = {
  ...CAPABILITY_REASONS,
  'sign-in-without-code':
    'This server signs you in by push, email or key, and Latchkey can only pass on a typed code. Use an API key, or another second factor.',
  'token-pin-needed':
    'This key asks for a PIN of the server’s own, which Latchkey can’t give. Test it at the server’s page.',
  'device-out-of-use': 'The device is out of use. Put it in use again first, or replace it.',
  'device-without-codes': 'This device gives no codes.',
  'proof-of-other-type': 'That proves another kind of device. Begin the registration again.',
  'name-malformed':
    'The name has no letter or digit that the backend takes. Use plain letters, digits, and + = , . @ _ -',
  'fido-never-drifts': 'Security keys never drift. If it is refused, replace it.',
  'seed-by-backend': 'This backend makes the secret itself; one of your own can’t be used.',
  'temporary-credentials':
    'An MFA session needs the user’s own long-term keys, and you are signed in with temporary ones. Use another profile.',
  'nothing-lost': 'No account hangs on that. There is nothing to mend.',
  'this-computer': 'Latchkey runs on it, so it is here. If another computer is lost, name that one under What if?',
  'backend-lacks-it': 'This backend does not have that.',
  'eight-devices': 'All eight places are taken. Remove or replace one first.',
}

/** `undefined`: no words of its own. */
export const notSupportedWords = (reason: string): string | undefined =>
  Object.hasOwn(NOT_SUPPORTED, reason) ? NOT_SUPPORTED[reason] : undefined

export const CERTIFICATE_FAULTS = {
  expired: 'It has expired. The server’s administrator must renew it.',
  'not-yet-valid': 'It is not valid yet. Check this computer’s clock.',
  'other-name': 'It is for another name than the address you typed.',
  'unknown-authority':
    'It comes from an authority this computer does not know. Paste that authority’s certificate if it is your own.',
  'self-signed': 'It vouches for itself alone. Paste it as the authority if the server is your own.',
} as const
