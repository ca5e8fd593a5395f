import { builtinModules } from 'node:module'
import { resolve } from 'node:path'
import { defineConfig } from 'vite'

/** The parts under measurement, bundled as the program bundles them. */
export default defineConfig({
  ssr: { noExternal: true, external: ['electron'] },
  build: {
    ssr: resolve(import.meta.dirname, 'parts.ts'),
    outDir: resolve(import.meta.dirname, '../../dist/bench'),
    target: 'node20',
    minify: false,
    emptyOutDir: true,
    copyPublicDir: false,
    rolldownOptions: { external: ['electron', ...builtinModules, /^node:/], output: { entryFileNames: 'parts.js' } },
  },
})
