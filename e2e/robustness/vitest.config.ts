import { defineConfig } from 'vitest/config';

// Each test runs commands that take seconds, and many times that on a busy machine.
export default defineConfig({ test: { testTimeout: 300_000, hookTimeout: 300_000 } });
