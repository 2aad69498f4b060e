import { defineConfig } from 'vitest/config';

// Starting pip, compiling and training take seconds each, and many times that on a busy machine.
export default defineConfig({ test: { testTimeout: 300_000, hookTimeout: 300_000 } });
