import { defineConfig } from 'vitest/config'

export default defineConfig({
  test: {
    projects: [
      { test: { name: 'unit', include: ['test/unit/*.test.ts'], unstubGlobals: true, restoreMocks: true } },
      {
        test: {
          name: 'browser',
          include: ['test/browser/*.test.ts'],
          // One stack and one browser serve all of them, one after the other.
          fileParallelism: false,
          testTimeout: 60_000,
          hookTimeout: 240_000,
          globalSetup: 'test/browser/stack.ts',
        },
      },
    ],
  },
})
