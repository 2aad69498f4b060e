import { defineConfig } from 'vitest/config';

// What takes seconds takes many times that on a busy machine.
export default defineConfig({ test: { testTimeout: 60_000, hookTimeout: 60_000 } });
