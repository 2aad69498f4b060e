import { ConfigError, type NamedPipeline, nearestName, type SourceConfig } from '@viewgap/contracts';

/** @throws ConfigError where the pipeline has no source of this name */
export function sourceOf(pipeline: NamedPipeline, name: string): SourceConfig {
  const { sources } = pipeline.config;
  const source = Object.hasOwn(sources, name) ? sources[name] : undefined;
  if (!source) {
    throw new ConfigError(
      `no such source in ${pipeline.name}`,
      name,
      nearestName(name, Object.keys(sources)),
    );
  }
  return source;
}
