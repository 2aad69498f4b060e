import { ConfigError, type ModelConfig, nearestName } from '@viewgap/contracts';

/**
 * @param where what the models are of, for the error
 * @throws ConfigError where there is no model of this name
 */
export function modelOf(
  models: Readonly<Record<string, ModelConfig>>,
  name: string,
  where: string,
): ModelConfig {
  const model = Object.hasOwn(models, name) ? models[name] : undefined;
  if (model) return model;
  throw new ConfigError(`no such model in ${where}`, name, nearestName(name, Object.keys(models)));
}
