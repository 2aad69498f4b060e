import { parsePipeline } from '../src/config/pipeline-file.ts';
import { ConfigError } from '../src/errors/user-error.ts';

/** The least that a pipeline.json holds. */
export const SMALLEST = {
  sources: { nih: { adapter: 'nih-chestxray14', root: '.' } },
  train: { models: { model1: {}, model2: { decoder: {} } } },
};

/** The mistakes of a pipeline.json that are reported, one by one: a text, or a value that is written as JSON. */
export function mistakes(text: unknown): string[] {
  try {
    parsePipeline(typeof text === 'string' ? text : JSON.stringify(text), 'pipeline.json');
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    return error.value.split('; ');
  }
  return [];
}
