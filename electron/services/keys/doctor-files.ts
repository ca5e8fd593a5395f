/** The files of this computer, as the doctor reads them. */
import { constants } from 'node:fs'
import { access, readdir, readFile } from 'node:fs/promises'
import type { DoctorFiles } from './doctor.ts'

export const systemFiles: DoctorFiles = {
  readFile: (path) => readFile(path),
  readdir: (path) => readdir(path),
  async accessFault(path) {
    try {
      await access(path, constants.R_OK | constants.W_OK)
      return undefined
    } catch (error) {
      return (error as NodeJS.ErrnoException).code ?? 'EIO'
    }
  },
}
