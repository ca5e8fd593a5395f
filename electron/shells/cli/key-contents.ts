/** What the commands for what is on a key do: passkeys, fingerprints, large blobs. */
import type { Passkey, Response } from '../../../shared/contract/index.ts'
import { fold } from '../../../shared/domain/text.ts'
import { fromBase64url, toBase64url } from '../../../shared/kit/index.ts'
import type { Answer } from './commands.ts'
import { EXIT } from './exit-codes.ts'
import { CommandFault } from './fault.ts'
import { rowOf, type AtKey } from './key-commands.ts'
import { count } from './key-words.ts'

/** Beginnings of ids are told apart by so many letters at least. */
const MIN_ID_LETTERS = 4

/** Asks for the PIN. */
async function readPasskeys({
  app,
  key,
  person,
}: AtKey): Promise<{ list: readonly Passkey[]; left: number | undefined }> {
  const { left } = await app.call('keys.readPasskeys', { key: key.id }, person)
  return { list: rowOf(app, key.id).passkeys?.list ?? [], left }
}

const userOf = ({ userName, displayName }: Pick<Passkey, 'userName' | 'displayName'>) =>
  [userName, displayName].filter((name) => name !== undefined).join(', ') || '(no name)'

const passkeyLine = (passkey: Passkey) => `${passkey.rpId}  ${userOf(passkey)}  ${passkey.credentialId}`

export async function listPasskeys(at: AtKey): Promise<Answer> {
  const { list, left } = await readPasskeys(at)
  const room = left === undefined ? [] : [`Room for ${left} more.`]
  const lines = list.length === 0 ? ['No passkeys on it.'] : list.map(passkeyLine)
  return { text: [...lines, ...room].join('\n'), json: { passkeys: list, ...(left === undefined ? {} : { left }) } }
}

/** The one that is meant: by its id or the beginning of it, its site, or "site user". */
function findPasskey(list: readonly Passkey[], text: string): Passkey {
  const wanted = fold(text.trim())
  const names = ({ rpId, userName, displayName }: Passkey) =>
    [rpId, userName, displayName, `${rpId} ${userName}`, `${rpId} ${displayName}`]
      .filter((name) => name !== undefined)
      .map(fold)
  const byId = list.filter(({ credentialId }) => credentialId === text)
  const byBeginning = list.filter(({ credentialId }) => text.length >= MIN_ID_LETTERS && credentialId.startsWith(text))
  const byName = list.filter((passkey) => names(passkey).includes(wanted))
  return theOnly([byId, byName, byBeginning], text, 'passkey', passkeyLine)
}

/** The only one of the first list that has any. */
function theOnly<T>(lists: readonly (readonly T[])[], text: string, what: string, line: (one: T) => string): T {
  const found = lists.find(({ length }) => length > 0) ?? []
  const [only, ...others] = found
  if (!only) throw new CommandFault(EXIT.notFound, 'not-found', `There is no ${what} "${text}" on this key.`)
  if (others.length === 0) return only
  const words = [`More than one ${what} is called that:`, ...found.map((one) => `  ${line(one)}`)]
  throw new CommandFault(EXIT.ambiguous, 'ambiguous', words.join('\n'))
}

export interface Names {
  readonly userName: string | undefined
  readonly displayName: string | undefined
}

/** What is not named stays as it is. */
export async function renamePasskey(at: AtKey, text: string, names: Names): Promise<Answer> {
  const { app, key, person } = at
  const { list } = await readPasskeys(at)
  const passkey = findPasskey(list, text)
  const { credentialId, rpId } = passkey
  const userName = names.userName ?? passkey.userName ?? ''
  const displayName = names.displayName ?? passkey.displayName ?? ''
  await app.call('keys.renamePasskey', { key: key.id, credentialId, userName, displayName }, person)
  return {
    text: `The passkey of ${rpId} is now called ${[userName, displayName].filter(Boolean).join(', ') || 'nothing'}.`,
    json: { credentialId, rpId, userName, displayName },
  }
}

export async function deletePasskeys(at: AtKey, texts: readonly string[]): Promise<Answer> {
  const { app, key, person } = at
  const { list } = await readPasskeys(at)
  const passkeys = [...new Set(texts.map((text) => findPasskey(list, text)))]
  const credentialIds = passkeys.map(({ credentialId }) => credentialId)
  const { deleted } = await app.call('keys.deletePasskeys', { key: key.id, credentialIds }, person)
  return { text: `${count(deleted, 'passkey')} deleted.`, json: { deleted, credentialIds } }
}

type Fingerprint = Response<'keys.readFingerprints'>['fingerprints'][number]

const fingerprintLine = ({ id, name }: Fingerprint) => `${name ?? '(no name)'}  ${id}`

export async function listFingerprints({ app, key, person }: AtKey): Promise<Answer> {
  const read = await app.call('keys.readFingerprints', { key: key.id }, person)
  const lines = read.fingerprints.length === 0 ? ['No fingerprints on it.'] : read.fingerprints.map(fingerprintLine)
  return { text: lines.join('\n'), json: read }
}

export async function enrolFingerprint({ app, key, person }: AtKey, name: string | undefined): Promise<Answer> {
  const request = { key: key.id, ...(name === undefined ? {} : { name }) }
  const { fingerprint } = await app.call('keys.enrolFingerprint', request, person)
  return { text: `Added: ${fingerprintLine(fingerprint)}`, json: { fingerprint } }
}

async function findFingerprint({ app, key, person }: AtKey, text: string): Promise<Fingerprint> {
  const { fingerprints } = await app.call('keys.readFingerprints', { key: key.id }, person)
  const byId = fingerprints.filter(({ id }) => id === text)
  const byName = fingerprints.filter(({ name }) => name !== undefined && fold(name) === fold(text.trim()))
  return theOnly([byId, byName], text, 'fingerprint', fingerprintLine)
}

export async function renameFingerprint(at: AtKey, text: string, name: string): Promise<Answer> {
  const { app, key, person } = at
  const { id } = await findFingerprint(at, text)
  await app.call('keys.renameFingerprint', { key: key.id, fingerprint: id, name }, person)
  return { text: `The fingerprint is called ${name}.`, json: { fingerprint: { id, name } } }
}

export async function removeFingerprint(at: AtKey, text: string): Promise<Answer> {
  const { app, key, person } = at
  const fingerprint = await findFingerprint(at, text)
  await app.call('keys.removeFingerprint', { key: key.id, fingerprint: fingerprint.id }, person)
  return { text: `Removed: ${fingerprintLine(fingerprint)}`, json: { removed: fingerprint } }
}

export async function listBlobs({ app, key, person }: AtKey): Promise<Answer> {
  const { entries, usedBytes, maxBytes, isBroken } = await app.call('keys.readBlobs', { key: key.id }, person)
  const lines = entries.map(({ index, bytes, passkey }) => {
    const owner = passkey ? `${passkey.rpId}  ${passkey.userName ?? '(no name)'}` : 'of a passkey that is not on it'
    return `${index}  ${owner}  ${count(bytes, 'byte')}`
  })
  const shown = isBroken
    ? ['The list was cut short and can’t be read.']
    : lines.length === 0
      ? ['No large blobs on it.']
      : lines
  return {
    text: [...shown, `${usedBytes} of ${maxBytes} bytes are used.`].join('\n'),
    json: { entries, usedBytes, maxBytes, isBroken },
  }
}

/** What the site keeps there, as bytes. */
export async function getBlob(
  at: AtKey,
  text: string,
): Promise<{ readonly passkey: Passkey; readonly bytes: Uint8Array }> {
  const { app, key, person } = at
  const { list } = await readPasskeys(at)
  const passkey = findPasskey(list, text)
  const { data } = await app.call('keys.openBlob', { key: key.id, credentialId: passkey.credentialId }, person)
  return { passkey, bytes: fromBase64url(data) ?? new Uint8Array() }
}

/** Removes it where there are no bytes. */
export async function putBlob(at: AtKey, text: string, bytes: Uint8Array | undefined): Promise<Answer> {
  const { app, key, person } = at
  const { list } = await readPasskeys(at)
  const { credentialId, rpId } = findPasskey(list, text)
  const request = { key: key.id, credentialId, ...(bytes ? { data: toBase64url(bytes) } : {}) }
  await app.call('keys.writeBlob', request, person)
  return bytes
    ? { text: `${count(bytes.length, 'byte')} written for ${rpId}.`, json: { credentialId, rpId, bytes: bytes.length } }
    : { text: `What ${rpId} kept on the key is deleted.`, json: { credentialId, rpId, deleted: true } }
}
