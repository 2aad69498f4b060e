import { defineConfig } from 'vitest/config';

// Trainings take seconds, and the first test on a machine builds the engine.
export default defineConfig({ test: { testTimeout: 120_000, hookTimeout: 300_000 } });
