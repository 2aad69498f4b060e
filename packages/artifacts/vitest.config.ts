import { defineConfig } from 'vitest/config';

// Several tests start processes of their own, which takes seconds on a busy machine.
export default defineConfig({ test: { testTimeout: 60_000 } });
