import { defineConfig } from 'vitest/config';

// The workspace is copied, and the whole of it is read several times.
export default defineConfig({ test: { testTimeout: 60_000, hookTimeout: 60_000 } });
