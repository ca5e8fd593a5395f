/** The newer python-fido2, from PyPI: Debian's is of 2021. */
import { spawnSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { CACHE, runs } from './support.ts'

const RELEASE = '2.2.1'
const folder = join(CACHE, `python-fido2-${RELEASE}`)

/** A Python that has it, put there when it is first asked for; `undefined` where it can't be had. */
export function newPythonFido2(): string | undefined {
  const python = join(folder, 'bin/python')
  const works = () => existsSync(python) && runs(python, '-c', 'import fido2.ctap2.extensions')
  if (works()) return python
  const base = ['python3', '/usr/bin/python3'].find((one) =>
    runs(one, '-c', 'import ensurepip, sys, venv; sys.exit(sys.version_info < (3, 10))'),
  )
  if (base === undefined || !runs(base, '-m', 'venv', '--clear', folder)) return undefined
  const pip = ['-m', 'pip', 'install', '--quiet', '--disable-pip-version-check', '--timeout', '15', '--retries', '1']
  spawnSync(python, [...pip, `fido2==${RELEASE}`], { stdio: ['ignore', 'ignore', 'inherit'] })
  return works() ? python : undefined
}
