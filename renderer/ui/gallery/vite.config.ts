import react from '@vitejs/plugin-react'
import { defineConfig } from 'vite'

// For looking at the parts while they are made: `npx vite --config renderer/ui/gallery/vite.config.ts`. Never shipped.
export default defineConfig({
  root: import.meta.dirname,
  plugins: [react()],
  server: { host: '127.0.0.1', fs: { allow: ['../../..'] } },
  build: { target: 'es2023' },
  html: { cspNonce: '__NONCE__' },
})
