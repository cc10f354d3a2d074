import { defineConfig } from 'vite'

// For `npm run dev`: the page from here, everything else from a coordinator.
const coordinator = process.env.PGPRIMACY_URL ?? 'http://127.0.0.1:8080'

export default defineConfig({
  oxc: { jsx: { runtime: 'automatic', importSource: 'preact' } },
  build: {
    outDir: process.env.DASHBOARD_OUT ?? '../coordinator-service/src/main/resources/static',
    emptyOutDir: true,
    // Assets in the page's own text would need a weaker Content-Security-Policy.
    assetsInlineLimit: 0,
    modulePreload: false,
  },
  server: { proxy: { '/api': coordinator } },
})
