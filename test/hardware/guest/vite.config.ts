import { builtinModules } from 'node:module'
import { resolve } from 'node:path'
import { defineConfig } from 'vite'

const outside = ['node-hid', 'nid-webauthn-emulator']

/**
 * What runs in the guest, bundled as the program bundles it. What is native, or reads files beside itself, is found where it
 * is installed.
 */
export default defineConfig({
  ssr: { noExternal: true, external: outside },
  build: {
    ssr: resolve(import.meta.dirname, 'inside/main.ts'),
    outDir: resolve(import.meta.dirname, '../../../dist/hardware'),
    target: 'node20',
    minify: false,
    emptyOutDir: true,
    copyPublicDir: false,
    rolldownOptions: { external: [...outside, ...builtinModules, /^node:/], output: { entryFileNames: 'inside.js' } },
  },
})
