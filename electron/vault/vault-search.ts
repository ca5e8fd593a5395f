/**
 * Which vault file opens? vault.age, else the generation before it, else the newest snapshot. Whatever is opened instead of
 * vault.age is said to be so. A newer format, or a slot that was removed, ends the search: older files are no answer to either.
 */
import { err, ok, type Result } from '../../shared/kit/index.ts'
import { decryptWith } from './age/file.ts'
import { errnoOf, type Damaged, type Missing, type NewerFormat } from './faults.ts'
import { VAULT_LIMIT_BYTES, type Folder } from './layout.ts'
import { sha256, type Mirror } from './mirror.ts'
import { decodePayload, type Envelope } from './payload.ts'
import type { SlotKey } from './slot-file.ts'
import { listSnapshots, snapshotVaultPath } from './snapshots.ts'

/** What the vault's owner says of the data: the data, or why not. `newer-format`: written by a later version of the owner. */
export type CheckData<T> = (data: unknown) => Result<T, 'damaged' | { readonly newerFormat: number }>

export interface FoundVault<T> {
  readonly envelope: Envelope
  readonly data: T
  readonly sha256: string
  /** Set where vault.age itself did not open. */
  readonly insteadOf: Damaged | Missing | undefined
  /** `vault.age`, `vault.age.bak` or `snapshots/…/vault.age` */
  readonly file: string
  /** Files that are there and did not open: moved aside before anything takes their names. */
  readonly spoiled: readonly ('vault' | 'backup')[]
}

/** `not-a-recipient`: vault.age is as it was left, and is not encrypted to this slot, which was therefore removed. */
export type VaultSearchFault = Damaged | Missing | NewerFormat | { readonly code: 'not-a-recipient' }

export async function findVault<T>(
  folder: Folder,
  key: SlotKey,
  mirror: Mirror | undefined,
  check: CheckData<T>,
): Promise<Result<FoundVault<T>, VaultSearchFault>> {
  let first: Damaged | Missing | undefined
  const spoiled: ('vault' | 'backup')[] = []
  for (const source of await sources(folder)) {
    const opened = await openVault(folder, source, key, check)
    if (opened.ok) return ok({ ...opened.value, insteadOf: first, file: source.file, spoiled })
    const { fault, hash } = opened.error
    if (fault.code === 'newer-format') return err(fault)
    if (source.is === 'vault' && hash !== undefined && hash === mirror?.sha256) return err({ code: 'not-a-recipient' })
    if (fault.code === 'damaged' && source.is !== 'snapshot') spoiled.push(source.is)
    first ??= fault
  }
  return err(first!)
}

interface Source {
  readonly is: 'vault' | 'backup' | 'snapshot'
  readonly file: string
  readonly path: string
}

async function sources(folder: Folder): Promise<Source[]> {
  const { vault, backup } = folder.layout
  const snapshots = await listSnapshots(folder)
  return [
    { is: 'vault', file: 'vault.age', path: vault },
    { is: 'backup', file: 'vault.age.bak', path: backup },
    ...snapshots.map(({ id }) => ({
      is: 'snapshot' as const,
      file: `snapshots/${id}/vault.age`,
      path: snapshotVaultPath(folder, id),
    })),
  ]
}

type Opened<T> = Pick<FoundVault<T>, 'envelope' | 'data' | 'sha256'>
/** `hash` is set where the file was read and is encrypted to others, or changed: age can't tell which. */
type NotOpened = { readonly fault: Damaged | Missing | NewerFormat; readonly hash?: string }

async function openVault<T>(
  { fs }: Folder,
  { file, path }: Source,
  key: SlotKey,
  check: CheckData<T>,
): Promise<Result<Opened<T>, NotOpened>> {
  const damaged = (reason: Damaged['reason']): { fault: Damaged } => ({ fault: { code: 'damaged', file, reason } })
  const bytes = await fs.read(path, VAULT_LIMIT_BYTES).catch((error: unknown) => {
    if (errnoOf(error) === 'EIO') return 'unreadable' as const
    throw error
  })
  if (bytes === 'absent') return err({ fault: { code: 'missing', file } })
  if (bytes === 'too-large' || bytes === 'unreadable') return err(damaged(bytes))
  const plaintext = await decryptWith(key.identity, bytes)
  if (!plaintext.ok)
    return err(plaintext.error === 'no-recipient' ? { ...damaged('changed'), hash: sha256(bytes) } : damaged('changed'))
  const payload = decodePayload(plaintext.value)
  plaintext.value.fill(0)
  if (!payload.ok) {
    const { error } = payload
    return err(
      error.fault === 'content' ? damaged('content') : { fault: { code: 'newer-format', format: error.format } },
    )
  }
  const envelope = payload.value
  // The list inside is the word on who may open it.
  if (!envelope.slots.some(({ recipient }) => recipient === key.recipient)) return err(damaged('content'))
  const data = check(envelope.data)
  if (!data.ok)
    return err(
      data.error === 'damaged'
        ? damaged('content')
        : { fault: { code: 'newer-format', format: data.error.newerFormat } },
    )
  return ok({ envelope, data: data.value, sha256: sha256(bytes) })
}
