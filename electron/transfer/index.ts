/** The door of transfer: backups, and what comes from and goes to other programs. */
export { readBackup, writeBackup, BACKUP_VERSION, type BackupContent, type BackupFault } from './backup-format.ts'
export { makeBackup, openBackup, type MakeStage, type Sealing } from './backup.ts'
export { judge, newEntries, type Verdict } from './restore.ts'
export {
  IMPORT_FORMATS,
  type Found,
  type FoundEntry,
  type FoundItem,
  type FoundRefusal,
  type ImportFormat,
  type ItemFault,
  type Kept,
  type Place,
  type ReadFault,
} from './import/found.ts'
export { readImport, recognise, type Candidate, type ReadOptions } from './import/read.ts'
