// Holds the import table (.dependency-cruiser.cjs), and first proves that it can fail: a table that cruises nothing passes everything.
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { cruise } from 'dependency-cruiser'
import extractTSConfig from 'dependency-cruiser/config-utl/extract-ts-config'
import { root } from './built.mjs'

process.chdir(root)
const config = createRequire(import.meta.url)('../.dependency-cruiser.cjs')
const tsConfig = extractTSConfig(config.options.tsConfig.fileName)
const FOLDERS = ['shared', 'electron', 'renderer']

async function violations(baseDir) {
  const { output } = await cruise(
    FOLDERS,
    { ...config.options, baseDir, ruleSet: { forbidden: config.forbidden }, validate: true },
    config.options.enhancedResolveOptions,
    { tsConfig },
  )
  return { modules: output.modules.length, found: output.summary.violations }
}

// One wrong import a family of rules, in a small tree made only for this check.
const PROBES = {
  'shared/kit/probe.ts': "import '../domain/device.ts'",
  'shared/domain/device.ts': 'export const device = 1',
  'electron/otp/probe.ts': "import '../vault/index.ts'",
  'electron/vault/index.ts': "import './a.ts'",
  'electron/vault/a.ts': "import './index.ts'",
  'electron/services/probe.ts': "import 'electron'",
  'renderer/ui/probe.ts': "import 'node:fs'",
  'renderer/features/codes/probe.ts': "import '../devices/actions.ts'",
  'renderer/features/devices/actions.ts': 'export const actions = 1',
}
// A cycle is told once, from the file where it was met first.
const BLAMELESS = new Set([
  'electron/vault/index.ts',
  'shared/domain/device.ts',
  'renderer/features/devices/actions.ts',
])
const failures = []
const probeRoot = mkdtempSync(join(tmpdir(), 'latchkey-architecture-'))
try {
  for (const [path, text] of Object.entries(PROBES)) {
    mkdirSync(join(probeRoot, path, '..'), { recursive: true })
    writeFileSync(join(probeRoot, path), `${text}\n`)
  }
  symlinkSync(join(root, 'node_modules'), join(probeRoot, 'node_modules'), 'junction')
  const { found } = await violations(probeRoot)
  for (const path of Object.keys(PROBES))
    if (found.some((violation) => violation.from === path) === BLAMELESS.has(path))
      failures.push(`the check is blind: ${path} was judged wrongly`)
} finally {
  rmSync(probeRoot, { recursive: true, force: true })
}

const { modules, found } = await violations(root)
for (const { from, to, rule } of found) failures.push(`${from} -> ${to}: ${rule.name}`)
if (failures.length > 0) {
  console.error(failures.join('\n'))
  process.exit(1)
}
console.log(`architecture: ${modules} modules keep the import table`)
