import { defineConfig } from 'vitest/config';

// Pages are followed by running their commands, one of which compiles the engine.
export default defineConfig({ test: { testTimeout: 300_000, hookTimeout: 300_000 } });
