import { builtinModules } from 'node:module'
import { resolve } from 'node:path'
import { defineConfig } from 'vite'

const outside = ['electron', 'node-hid']

/** The parts under measurement, bundled as the program bundles them. */
export default defineConfig({
  ssr: { noExternal: true, external: outside },
  build: {
    ssr: true,
    outDir: resolve(import.meta.dirname, '../../dist/bench'),
    target: 'node20',
    minify: false,
    emptyOutDir: true,
    copyPublicDir: false,
    rolldownOptions: {
      input: ['parts.ts', 'fido.ts', 'loss.ts', 'whatif.ts', 'imports.ts', 'qr.ts'].map((name) =>
        resolve(import.meta.dirname, name),
      ),
      external: [...outside, ...builtinModules, /^node:/],
    },
  },
})
