/** Aegis's plain vault (docs/vault.md of its repository), content version 3: tags are its groups. */
import type { Entry } from '../../../shared/domain/entry.ts'
import { secretBytes } from '../../../shared/domain/entry.ts'
import { toBase32, toHex, type Random } from '../../../shared/kit/index.ts'
import { leftOutOf, type Exported } from './exported.ts'

export function exportAegis(entries: readonly Entry[], random: Random): Exported<string> {
  const uuid = () => toUuid(random(16))
  const groups = new Map([...new Set(entries.flatMap(({ tags }) => tags))].map((name) => [name, uuid()]))
  const vault = {
    version: 1,
    header: { slots: null, params: null },
    db: {
      version: 3,
      entries: entries.map((entry) => toAegis(entry, uuid(), groups)),
      groups: [...groups].map(([name, id]) => ({ uuid: id, name })),
      icons_optimized: true,
    },
  }
  return {
    value: `${JSON.stringify(vault, undefined, 4)}\n`,
    entries: entries.length,
    refused: [],
    leftOut: leftOutOf(entries, ['hidden', 'link']),
  }
}

function toAegis(entry: Entry, uuid: string, groups: ReadonlyMap<string, string>) {
  const { kind, issuer, account, secret, algorithm, digits, note, favourite, tags } = entry
  return {
    type: kind,
    uuid,
    name: account,
    issuer,
    note,
    favorite: favourite,
    icon: null,
    info: {
      secret: toBase32(secretBytes(secret)),
      algo: algorithm,
      digits,
      ...(entry.kind === 'hotp' ? { counter: entry.counter } : { period: entry.periodSeconds }),
    },
    groups: tags.map((tag) => groups.get(tag)),
  }
}

/** RFC 9562 version 4. */
function toUuid(random: Uint8Array): string {
  const bytes = Uint8Array.from(random)
  bytes[6] = (bytes[6]! & 0x0f) | 0x40
  bytes[8] = (bytes[8]! & 0x3f) | 0x80
  return toHex(bytes).replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5')
}
