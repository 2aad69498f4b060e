import { ConfigError, type ModelConfig, type NamedPipeline, nearestName } from '@viewgap/contracts';

/** @throws ConfigError where the pipeline has no model of this name */
export function modelOf(pipeline: NamedPipeline, name: string): ModelConfig {
  const { models } = pipeline.config.train;
  const model = models[name];
  if (!model) {
    throw new ConfigError(`no such model in ${pipeline.name}`, name, nearestName(name, Object.keys(models)));
  }
  return model;
}

/** @throws ConfigError where the text is no whole number from 0 */
export function seedOf(text: string): number {
  if (!/^\d{1,9}$/.test(text)) throw new ConfigError('not a seed', text, 'give a whole number from 0');
  return Number(text);
}
