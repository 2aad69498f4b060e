import { defineConfig } from 'vitest/config';

export default defineConfig({
  // A test draws figures, syncs fifty files and opens a browser: quick alone, slow where every core is taken.
  test: { testTimeout: 60_000, hookTimeout: 60_000 },
});
