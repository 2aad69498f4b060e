import { defineConfig } from 'vitest/config';

// Starting pip, compiling and training take seconds each, and many times that on a busy machine. Two files at once: one
// waits as often as it computes, and this suite is the longest.
export default defineConfig({ test: { testTimeout: 300_000, hookTimeout: 300_000, maxWorkers: 2 } });
