// Nx requires the file of a generator, and Node can require an ES module from 20.19 on only.

/** @type {typeof import('./pipeline.mjs').pipelineGenerator} */
exports.pipeline = async (tree, options) => (await import('./pipeline.mjs')).pipelineGenerator(tree, options);

/** @type {typeof import('./adapter.mjs').adapterGenerator} */
exports.adapter = async (tree, options) => (await import('./adapter.mjs')).adapterGenerator(tree, options);

/** @type {typeof import('./pipeline-schema.mjs').pipelineSchema} */
exports.pipelineSchema = async (tree) => (await import('./pipeline-schema.mjs')).pipelineSchema(tree);
