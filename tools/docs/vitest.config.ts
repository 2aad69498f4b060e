import { defineConfig } from 'vitest/config';

// How-to pages run the commands that they name.
export default defineConfig({ test: { testTimeout: 600_000, hookTimeout: 600_000 } });
