import { posix } from 'node:path';
import { pipelinesFolder } from './workspace.mjs';

/** @typedef {{ name: string, adapter: string, source: string, root: string }} PipelineOptions as pipeline.schema.json has them */

/**
 * Writes a folder with a pipeline.json: one source, both models of the study, everything else by default.
 * @param {import('nx/src/devkit-exports').Tree} tree
 * @param {PipelineOptions} options
 * @throws where there is a pipeline of that name
 */
export async function pipelineGenerator(tree, { name, adapter, source, root }) {
  const folder = posix.join(pipelinesFolder(tree), name);
  if (tree.exists(folder)) throw new Error(`${folder} is there already: choose another name`);
  const pipeline = {
    $schema: '../pipeline.schema.json',
    sources: { [source]: { adapter, root } },
    train: { seeds: [0], models: { model1: {}, model2: { decoder: {} } } },
  };
  tree.write(`${folder}/pipeline.json`, `${JSON.stringify(pipeline, null, 2)}\n`);
  tree.write(`${folder}/README.md`, readme(name, source, root));
}

/** @type {(name: string, source: string, root: string) => string} */
function readme(name, source, root) {
  return `# ${name}

Reads the source \`${source}\` from \`${root}\` and compares model1, a classifier, with model2, which reconstructs the image
as well. An editor that knows JSON Schema completes [pipeline.json](pipeline.json).

    npx nx run ${name}/ingest/${source}:ingest   # what is read, and what is not and why
    npx nx run ${name}:pipeline        # everything, and the comparison
`;
}
