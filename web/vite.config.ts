import { defineConfig } from 'vite'

export default defineConfig({
  build: {
    target: 'es2022',
    // The polyfill is an inline-style helper for browsers older than the target; without
    // it the bundle is one file.
    modulePreload: { polyfill: false },
    assetsInlineLimit: 0,
    reportCompressedSize: true,
  },
})
