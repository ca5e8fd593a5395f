// Runs suites one after the other and adds up what passed, failed and was skipped; every skip is told by its name.
import { spawn } from 'node:child_process'
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, relative } from 'node:path'
import { root } from './built.mjs'

const bin = (path) => join(root, 'node_modules', path)

/** Runs `command` with its output shown; answers its exit code. */
export function run(command, commandArguments, env = {}) {
  return new Promise((resolve) => {
    const child = spawn(command, commandArguments, { cwd: root, stdio: 'inherit', env: { ...process.env, ...env } })
    child.once('error', (error) => {
      console.error(error.message)
      resolve(127)
    })
    child.once('exit', (code) => resolve(code ?? 1))
  })
}

/** A command that passes or fails as one. */
export const check = (name, command, commandArguments) => ({
  name,
  async run() {
    const failed = (await run(command, commandArguments)) === 0 ? 0 : 1
    return { passed: 1 - failed, failed, skipped: [] }
  },
})

export const script = (name, path, ...more) =>
  check(name, process.execPath, [path.startsWith('node_modules') ? join(root, path) : path, ...more])

/** A vitest run, counted test by test. */
export const vitest = (name, ...more) => ({
  name,
  async run() {
    const folder = mkdtempSync(join(tmpdir(), 'latchkey-vitest-'))
    const report = join(folder, 'report.json')
    try {
      const code = await run(process.execPath, [
        bin('vitest/vitest.mjs'),
        'run',
        '--reporter=default',
        '--reporter=json',
        `--outputFile.json=${report}`,
        ...more,
      ])
      if (!existsSync(report)) return { passed: 0, failed: 1, skipped: [] }
      const { numPassedTests, numFailedTests, numFailedTestSuites, testResults } = JSON.parse(
        readFileSync(report, 'utf8'),
      )
      const skipped = testResults.flatMap(({ assertionResults }) =>
        assertionResults
          .filter(({ status }) => status === 'pending' || status === 'skipped' || status === 'todo')
          .map(({ fullName }) => fullName),
      )
      const failed = Math.max(
        numFailedTests,
        numFailedTestSuites > 0 && numFailedTests === 0 ? 1 : 0,
        code === 0 ? 0 : 1,
      )
      const failures = testResults.flatMap(({ name: file, message, assertionResults }) => [
        ...(assertionResults.length === 0 && message ? [`${relative(root, file)}: ${message}`] : []),
        ...assertionResults.filter(({ status }) => status === 'failed').map(({ fullName }) => fullName),
      ])
      return { passed: numPassedTests, failed, skipped, failures }
    } finally {
      rmSync(folder, { recursive: true, force: true })
    }
  },
})

/** A Playwright run against the built program in a real Chromium. */
export const playwright = (name, config, ...more) => ({
  name,
  async run() {
    const chromium = findChromium()
    if (!chromium)
      return {
        passed: 0,
        failed: 0,
        skipped: [`${name}: no Chromium (Debian: apt-get install chromium; else set CHROMIUM to its path)`],
      }
    return playwrightRun(config, more, { CHROMIUM: chromium })
  },
})

/** Runs Playwright and counts its tests one by one. */
export async function playwrightRun(config, more, env) {
  const folder = mkdtempSync(join(tmpdir(), 'latchkey-playwright-'))
  const report = join(folder, 'report.json')
  try {
    const code = await run(
      process.execPath,
      [bin('@playwright/test/cli.js'), 'test', '--config', config, '--reporter=line,json', ...more],
      { PLAYWRIGHT_JSON_OUTPUT_NAME: report, ...env },
    )
    if (!existsSync(report)) return { passed: 0, failed: 1, skipped: [] }
    const { stats, suites } = JSON.parse(readFileSync(report, 'utf8'))
    const named = (status) => {
      const names = (suite) => [
        ...(suite.suites ?? []).flatMap(names),
        ...(suite.specs ?? []).filter(({ tests }) => tests.some((test) => test.status === status)).map(nameOf),
      ]
      return suites.flatMap(names)
    }
    const nameOf = ({ title, file, line }) => `${file}:${line} ${title}`
    return {
      passed: stats.expected + stats.flaky,
      failed: Math.max(stats.unexpected, code === 0 ? 0 : 1),
      skipped: named('skipped'),
      failures: named('unexpected'),
      flaky: named('flaky'),
    }
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

/** Chromium's path, from `CHROMIUM` or where distributions put it. */
export function findChromium() {
  const places = [
    process.env.CHROMIUM,
    '/usr/bin/chromium',
    '/usr/bin/chromium-browser',
    '/usr/bin/google-chrome',
    '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
  ]
  return places.find((path) => path && existsSync(path))
}

/** Runs all suites, says what each came to, and ends the process; the last line is the sum. */
export async function runSuites(suites) {
  const total = { passed: 0, failed: 0, skipped: [], failures: [], flaky: [] }
  const lines = []
  for (const suite of suites) {
    console.log(`\n── ${suite.name}`)
    const startedAt = Date.now()
    const { passed, failed, skipped, failures = [], flaky = [] } = await suite.run()
    total.failures.push(...failures.map((name) => `${suite.name}: ${name}`))
    total.flaky.push(...flaky.map((name) => `${suite.name}: ${name}`))
    total.passed += passed
    total.failed += failed
    total.skipped.push(...skipped)
    lines.push(
      `${failed > 0 ? '✗' : skipped.length > 0 ? '○' : '✓'} ${suite.name}: ${passed} passed, ${failed} failed, ${skipped.length} skipped (${((Date.now() - startedAt) / 1000).toFixed(1)} s)`,
    )
  }
  console.log(`\n${lines.join('\n')}`)
  for (const name of total.skipped) console.log(`skipped: ${name}`)
  for (const name of total.flaky) console.log(`passed at the second try only: ${name}`)
  for (const name of total.failures) console.log(`failed: ${name}`)
  console.log(`${total.passed} passed, ${total.failed} failed, ${total.skipped.length} skipped`)
  process.exit(total.failed > 0 ? 1 : 0)
}
