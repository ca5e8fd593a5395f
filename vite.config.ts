import { builtinModules } from 'node:module'
import { resolve } from 'node:path'
import react from '@vitejs/plugin-react'
import { defineConfig, type EnvironmentOptions } from 'vite'
import manifest from './package.json' with { type: 'json' }

const from = (path: string) => resolve(import.meta.dirname, path)

/** Code that runs in Node or Electron's main process. Everything is bundled but Electron itself, so that no node_modules need be shipped. */
const node = (inputs: Record<string, string>, outDir: string, format: 'es' | 'cjs'): EnvironmentOptions => ({
  consumer: 'server',
  resolve: { noExternal: true, external: ['electron', 'node-hid'] },
  build: {
    outDir: from(outDir),
    emptyOutDir: true,
    minify: false,
    target: 'node20',
    copyPublicDir: false,
    sourcemap: true,
    rolldownOptions: {
      input: Object.fromEntries(Object.entries(inputs).map(([name, path]) => [name, from(path)])),
      external: ['electron', 'node-hid', ...builtinModules, /^node:/],
      output:
        format === 'cjs'
          ? { format, entryFileNames: '[name].cjs', codeSplitting: false }
          : { format, entryFileNames: '[name].js', chunkFileNames: 'chunks/[name]-[hash].js' },
    },
  },
})

export default defineConfig({
  root: from('renderer'),
  define: { __LATCHKEY_VERSION__: JSON.stringify(manifest.version) },
  plugins: [react()],
  html: { cspNonce: '__NONCE__' },
  build: {
    outDir: from('dist/renderer'),
    emptyOutDir: true,
    target: 'chrome140',
    modulePreload: { polyfill: false },
    // Data URIs would need a wider content security policy.
    assetsInlineLimit: 0,
    sourcemap: false,
    chunkSizeWarningLimit: 1500,
  },
  environments: {
    node: node(
      {
        browser: 'electron/browser.ts',
        cli: 'electron/cli.ts',
        'hid-host': 'electron/hid-host.ts',
        'virtual-key': 'electron/virtual-key.ts',
        'import-worker': 'electron/transfer/import/worker.ts',
      },
      'dist/node',
      'es',
    ),
    main: node(
      {
        main: 'electron/main.ts',
        'hid-host': 'electron/hid-host.ts',
        'import-worker': 'electron/transfer/import/worker.ts',
      },
      'dist/electron',
      'es',
    ),
    preload: node({ preload: 'electron/preload.ts' }, 'dist/preload', 'cjs'),
  },
  builder: {
    sharedConfigBuild: true,
    async buildApp(builder) {
      const wanted = process.env.LATCHKEY_BUILD?.split(',')
      const environments = Object.values(builder.environments).filter(
        ({ name }) => name !== 'ssr' && (wanted === undefined || wanted.includes(name)),
      )
      await Promise.all(environments.map((environment) => builder.build(environment)))
    },
  },
})
