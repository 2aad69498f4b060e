/**
 * Nx plugin: every pipelines/<name>/pipeline.json becomes one project per unit of work, so that Nx runs what is
 * independent at once and again only what has changed. See README.md.
 */
import { neverFlaky } from './flaky-tasks.mjs';
import { nodesOf } from './nodes.mjs';
import { pluginOptions } from './options.mjs';

/** @type {import('nx/src/devkit-exports').CreateNodes} */
export const createNodes = [
  // Wider than what is used: Nx takes it before it knows the options.
  '**/{package,pipeline}.json',
  (files, options, { workspaceRoot }) => nodesOf(files, pluginOptions(options), workspaceRoot, process),
];

/** @type {import('nx/src/devkit-exports').PreTasksExecution} */
export const preTasksExecution = neverFlaky;
