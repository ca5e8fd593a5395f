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
export { createImportReader, type ImportReaderOptions, type ReadOnWorker } from './import/on-worker.ts'
export { verdicts, type ChangedField, type ImportVerdict } from './import/verdict.ts'
export {
  applyPlan,
  planImport,
  proposedChoice,
  revertPlan,
  type ImportChoice,
  type ImportPlan,
  type PlanFault,
  type PlanRequest,
} from './import/plan.ts'
export type { Exported, ExportFault, ExportRefusal, LeftOut } from './export/exported.ts'
export { exportAegis } from './export/aegis.ts'
export { exportGoogle } from './export/google.ts'
export { exportOtpauthList } from './export/otpauth-list.ts'
export { exportSheet, type SheetEntry } from './export/sheet.ts'
