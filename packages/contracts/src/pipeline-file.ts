import { readFile } from 'node:fs/promises';
import { basename, join, resolve } from 'node:path';
import type { z } from 'zod';
import { type Pipeline, pipelineJsonSchema, pipelineSchema } from './pipeline.ts';
import { ConfigError, nearestName } from './user-error.ts';

/** A pipeline as the stages use it: its name (the folder's), its folder, its settings. */
export interface NamedPipeline {
  readonly name: string;
  readonly folder: string;
  readonly config: Pipeline;
}

/**
 * Reads `<folder>/pipeline.json`.
 * @throws ConfigError with every mistake at once, each with its JSON path, its value and the nearest valid name
 */
export async function readPipeline(folder: string): Promise<NamedPipeline> {
  const path = join(folder, 'pipeline.json');
  let text: string;
  try {
    text = await readFile(path, 'utf8');
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code !== 'ENOENT') throw cause;
    throw new ConfigError('no such pipeline', path, 'name a folder that holds a pipeline.json', { cause });
  }
  return { name: basename(resolve(folder)), folder: resolve(folder), config: parsePipeline(text, path) };
}

/** The text of a pipeline.json as a Pipeline. `where` names the file in errors. */
export function parsePipeline(text: string, where: string): Pipeline {
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch (cause) {
    throw new ConfigError('not JSON', where, (cause as Error).message, { cause });
  }
  const result = pipelineSchema.safeParse(json, { reportInput: true });
  if (result.success) return result.data;
  const mistakes = result.error.issues.flatMap((issue) => mistakesOf(issue, json));
  throw new ConfigError(
    `${mistakes.length} mistake${mistakes.length > 1 ? 's' : ''} in ${where}`,
    mistakes.join('; '),
    'mend and run again',
  );
}

function mistakesOf(issue: z.core.$ZodIssue, json: unknown): string[] {
  const at = issue.path.map(String).join('.');
  switch (issue.code) {
    case 'unrecognized_keys': {
      const known = knownKeys(issue.path.map(String));
      return issue.keys.map(
        (key) => `${at === '' ? '' : `${at}.`}${key}: unknown key, ${nearestName(key, known)}`,
      );
    }
    case 'invalid_value': {
      const values = issue.values.map(String);
      return [
        `${at}: ${shown(valueAt(json, issue.path))} is not valid, ${nearestName(String(valueAt(json, issue.path)), values)}`,
      ];
    }
    case 'custom': {
      const known = issue.params?.known as string[] | undefined;
      const value = issue.params?.value as string | undefined;
      return [
        known && value !== undefined
          ? `${at}: ${issue.message}, ${nearestName(value, known)}`
          : `${at}: ${issue.message}`,
      ];
    }
    case 'invalid_key':
      return [`${at}: ${issue.issues.map((inner) => inner.message).join(', ')}`];
    default: {
      const value = valueAt(json, issue.path);
      return [
        value === undefined ? `${at}: missing` : `${at}: ${shown(value)}, ${lowerFirst(issue.message)}`,
      ];
    }
  }
}

/** Names that are valid at a path of pipeline.json, from its JSON Schema. */
function knownKeys(path: readonly string[]): string[] {
  let node = pipelineJsonSchema() as SchemaNode | undefined;
  for (const step of path) {
    const object: SchemaNode | undefined = node?.anyOf?.find((option) => option.type === 'object') ?? node;
    const below: SchemaNode | undefined = object?.properties?.[step];
    node =
      below ?? (typeof object?.additionalProperties === 'object' ? object.additionalProperties : undefined);
  }
  const object = node?.anyOf?.find((option) => option.type === 'object') ?? node;
  return Object.keys(object?.properties ?? {});
}

interface SchemaNode {
  readonly type?: string;
  readonly properties?: Readonly<Record<string, SchemaNode>>;
  readonly additionalProperties?: SchemaNode | boolean;
  readonly anyOf?: readonly SchemaNode[];
}

function valueAt(json: unknown, path: readonly PropertyKey[]): unknown {
  return path.reduce<unknown>(
    (node, key) => (node as Record<PropertyKey, unknown> | undefined | null)?.[key],
    json,
  );
}

function shown(value: unknown): string {
  const text = JSON.stringify(value) ?? String(value);
  return text.length > 60 ? `${text.slice(0, 57)}...` : text;
}

function lowerFirst(message: string): string {
  return message.charAt(0).toLowerCase() + message.slice(1);
}
