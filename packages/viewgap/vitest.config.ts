import { defineConfig } from 'vitest/config';

// Every test starts the command as a process, half a second each and more on a busy machine.
export default defineConfig({ test: { testTimeout: 60_000 } });
