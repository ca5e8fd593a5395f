/** The door of transfer: backups here; imports and exports of other programs' formats come later. */
export { readBackup, writeBackup, BACKUP_VERSION, type BackupContent, type BackupFault } from './backup-format.ts'
export { makeBackup, openBackup, type MakeStage, type Sealing } from './backup.ts'
export { judge, newEntries, type Verdict } from './restore.ts'
