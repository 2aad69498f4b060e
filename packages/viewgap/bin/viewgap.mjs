#!/usr/bin/env node
// Registers tsx and imports the command: packages run as TypeScript, there is no build.
import { register } from 'tsx/esm/api';

register();
await import('../src/main.ts');
