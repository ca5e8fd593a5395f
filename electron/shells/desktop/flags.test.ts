import { resolve } from 'node:path'
import { describe, expect, it } from 'vitest'
import { readFlags } from './flags.ts'

const none = { isDemo: false, dataDir: undefined, isDeveloper: false, wantsLog: false }

describe('the command line of the desktop shell', () => {
  it.each([
    [[], none],
    [['--demo'], { ...none, isDemo: true }],
    [['--developer', '--log'], { ...none, isDeveloper: true, wantsLog: true }],
    [['--data-dir', 'keys', '--demo'], { ...none, isDemo: true, dataDir: resolve('keys') }],
    [['--data-dir=/srv/keys'], { ...none, dataDir: resolve('/srv/keys') }],
    [['--data-dir'], none],
    [['--data-dir', ''], none],
    [['--demo=no'], none],
    [['--', '--demo'], none],
  ])('%j', (argv, expected) => {
    expect(readFlags(argv)).toEqual(expected)
  })

  it('is not upset by switches of Chromium and the system', () => {
    const argv = ['--ozone-platform=wayland', '--original-process-start-time=1', '--demo', '-psn_0_1', '/some/file']
    expect(readFlags(argv)).toEqual({ ...none, isDemo: true })
  })
})
