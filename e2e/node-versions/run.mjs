#!/usr/bin/env node
// Trains on every version of Node that the engine is for: the one that runs this, and others from npm, installed into a
// folder that is removed again, since each is 100 MB.
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { $ } from 'zx';

const VERSIONS = ['22.23.3', '24.21.0'];
const STEP = fileURLToPath(new URL('./training-step.ts', import.meta.url));

/** @param {string} node */
async function train(node) {
  for (const engine of [[], ['wasm']]) {
    const { stdout, stderr } = await $({
      quiet: true,
    })`${node} --import ${import.meta.resolve('tsx')} ${STEP} ${engine}`;
    console.log(stdout.trim());
    if (stderr !== '') throw new Error(`Node ${node} says: ${stderr}`);
  }
}

await train(process.execPath);
for (const version of VERSIONS) {
  const folder = await mkdtemp(join(tmpdir(), 'viewgap-node-'));
  try {
    const name = `node-${process.platform}-${process.arch}`;
    await $({
      cwd: folder,
      quiet: true,
    })`npm install --prefix . --no-save --ignore-scripts ${name}@${version}`;
    await train(join(folder, 'node_modules', name, 'bin', 'node'));
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
