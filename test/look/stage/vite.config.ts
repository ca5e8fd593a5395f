import react from '@vitejs/plugin-react'
import { defineConfig } from 'vite'

// The page without a program behind it: a test says what the services would. Built into a folder of the test's own.
export default defineConfig({
  root: import.meta.dirname,
  base: '/',
  publicDir: '../../../renderer/public',
  plugins: [react()],
  build: {
    target: 'chrome140',
    assetsInlineLimit: 0,
    emptyOutDir: true,
    reportCompressedSize: false,
    chunkSizeWarningLimit: 2000,
  },
  logLevel: 'error',
})
