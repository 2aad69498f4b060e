// Writes pipelines/pipeline.schema.json, by which editors complete a pipeline.json: npm run schema
import { writeFileSync } from 'node:fs';
import { pipelineJsonSchema } from '../src/config/pipeline.ts';

const target = new URL('../../../pipelines/pipeline.schema.json', import.meta.url);
writeFileSync(target, `${JSON.stringify(pipelineJsonSchema(), null, 2)}\n`);
