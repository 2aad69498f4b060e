import { tsImport } from 'tsx/esm/api';
import { pipelinesFolder } from './workspace.mjs';

/**
 * Writes the JSON schema of pipeline.json as contracts defines it. A sync generator: `nx sync` writes it, `nx sync:check`
 * fails where it is another.
 * @param {import('nx/src/devkit-exports').Tree} tree
 */
export async function pipelineSchema(tree) {
  /** @type {typeof import('@viewgap/contracts')} */
  const { pipelineJsonSchema } = await tsImport('@viewgap/contracts', import.meta.url);
  const file = `${pipelinesFolder(tree)}/pipeline.schema.json`;
  tree.write(file, `${JSON.stringify(pipelineJsonSchema(), null, 2)}\n`);
  return { outOfSyncMessage: `${file} is not what packages/contracts defines.` };
}
