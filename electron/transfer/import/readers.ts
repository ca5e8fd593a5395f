/** All readers, the ones that know their format by a mark of its own before those that go by shape. */
import type { FormatReader } from './format.ts'
import type { ImportFormat } from './found.ts'
import { aegis } from './formats/aegis.ts'
import { andOtp } from './formats/andotp.ts'
import { authy } from './formats/authy.ts'
import { latchkeyBackup } from './formats/backup.ts'
import { bitwardenCsv, bitwardenJson } from './formats/bitwarden.ts'
import { ente } from './formats/ente.ts'
import { freeOtp2 } from './formats/freeotp-2.ts'
import { freeOtp, freeOtpPlus } from './formats/freeotp.ts'
import { kdbx } from './formats/kdbx.ts'
import { keepassxcCsv } from './formats/keepassxc-csv.ts'
import { googleMigration, otpauthList } from './formats/links.ts'
import { oathCsv } from './formats/oath-csv.ts'
import { proton } from './formats/proton.ts'
import { pskc } from './formats/pskc.ts'
import { raivo } from './formats/raivo.ts'
import { steam } from './formats/steam.ts'
import { stratum } from './formats/stratum.ts'
import { twoFas } from './formats/two-fas.ts'

export const READERS: readonly FormatReader[] = [
  latchkeyBackup,
  kdbx,
  stratum,
  freeOtp2,
  aegis,
  ente,
  twoFas,
  bitwardenJson,
  proton,
  freeOtpPlus,
  steam,
  authy,
  raivo,
  andOtp,
  pskc,
  freeOtp,
  googleMigration,
  bitwardenCsv,
  keepassxcCsv,
  oathCsv,
  otpauthList,
]

export const readerOf = (format: ImportFormat): FormatReader | undefined =>
  READERS.find((reader) => reader.format === format)
