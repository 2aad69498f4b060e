import { readFile } from 'node:fs/promises';
import { basename, join, resolve } from 'node:path';
import { type ParseError, parse, printParseErrorCode } from 'jsonc-parser';
import type { z } from 'zod';
import { ConfigError, nearestName } from '../errors/user-error.ts';
import { counted } from '../errors/words.ts';
import {
  type Pipeline,
  pipelineJsonSchema,
  pipelineSchema,
  type Settings,
  settingsSchema,
} from './pipeline.ts';

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
  const text = await readText(path, 'no such pipeline', 'name a folder that holds a pipeline.json');
  return { name: basename(resolve(folder)), folder: resolve(folder), config: parsePipeline(text, path) };
}

async function readText(path: string, absent: string, cure: string): Promise<string> {
  try {
    return await readFile(path, 'utf8');
  } catch (cause) {
    const { code = '' } = cause as NodeJS.ErrnoException;
    if (!['ENOENT', 'ENOTDIR', 'EISDIR'].includes(code)) throw cause;
    throw new ConfigError(code === 'EISDIR' ? 'a folder where a file should be' : absent, path, cure, {
      cause,
    });
  }
}

/** The text of a pipeline.json as a Pipeline. `where` names the file in errors. */
export function parsePipeline(text: string, where: string): Pipeline {
  return parseSections(pipelineSchema, text, where);
}

/**
 * Reads a file that holds a pipeline.json, or some of its sections.
 * @throws ConfigError as readPipeline
 */
export async function readSettings(path: string): Promise<Settings> {
  return parseSections(settingsSchema, await readText(path, 'no such settings', 'name a JSON file'), path);
}

/**
 * Reads the section `train` of such a file.
 * @throws ConfigError as readPipeline, and where the section is missing
 */
export async function readTrainSection(path: string): Promise<Pick<Pipeline, 'train'>> {
  const { train } = await readSettings(path);
  if (train) return { train };
  throw new ConfigError('settings without the section train', path, 'add train.models');
}

/** @param schema of a pipeline.json, or of some of its sections */
function parseSections<T>(schema: z.ZodType<T>, text: string, where: string): T {
  const json = parseJson(text, where);
  const result = schema.safeParse(json, { reportInput: true });
  if (result.success) return result.data;
  const mistakes = result.error.issues.flatMap((issue) => mistakesOf(issue, json));
  throw new ConfigError(
    `${counted(mistakes.length, 'mistake')} in ${where}`,
    mistakes.join('; '),
    'mend and run again',
  );
}

function parseJson(text: string, where: string): unknown {
  try {
    return JSON.parse(text.replace(/^\uFEFF/, ''));
  } catch (cause) {
    // V8's messages often lack the position, hence a parser that reports it.
    const errors: ParseError[] = [];
    parse(text, errors, { disallowComments: true });
    const first = errors[0];
    if (first === undefined) throw new ConfigError('not JSON', where, (cause as Error).message, { cause });
    const before = text.slice(0, first.offset).split('\n');
    const line = text.split('\n')[before.length - 1]?.trim() ?? '';
    const what = printParseErrorCode(first.error)
      .replace(/(?!^)[A-Z]/g, ' $&')
      .toLowerCase();
    throw new ConfigError(
      'not JSON',
      `${where}, line ${before.length}${line === '' ? '' : `: ${line}`}`,
      what,
      { cause },
    );
  }
}

/** Keys that had another name in earlier versions. */
const RENAMED: Readonly<Record<string, string>> = {
  microBatches: 'gradientAccumulation',
  weightAverage: 'emaDecay',
  maxLoss: 'maxRejected',
};

function mistakesOf(issue: z.core.$ZodIssue, json: unknown): string[] {
  const at = issue.path.map(String).join('.') || 'the whole file';
  const value = valueAt(json, issue.path);
  if (value === undefined && issue.code.startsWith('invalid_')) return [`${at}: missing`];
  switch (issue.code) {
    case 'unrecognized_keys': {
      const known = knownKeys(issue.path.map(String), json);
      return issue.keys.map((key) => {
        const path = [...issue.path, key].map(String).join('.');
        const renamed = RENAMED[key];
        if (renamed !== undefined && known.includes(renamed)) return `${path}: is called ${renamed} now`;
        return `${path}: unknown key, ${nearestName(key, known)}`;
      });
    }
    case 'invalid_value':
      return [`${at}: ${shown(value)} is not valid, ${nearestName(String(value), issue.values.map(String))}`];
    case 'invalid_union': {
      // Only the union of layouts gets here: no layout has this adapter.
      const { options = [] } = issue as { readonly options?: readonly unknown[] };
      return [`${at}: ${shown(value)} is not valid, ${nearestName(String(value), options.map(String))}`];
    }
    case 'custom': {
      const params = issue.params as { value: string; known: string[] } | undefined;
      return [
        params === undefined
          ? `${at}: ${shown(value)}, ${issue.message}`
          : `${at}: ${shown(params.value)} ${issue.message}, ${nearestName(params.value, params.known)}`,
      ];
    }
    case 'invalid_key':
      return [`${at}: a name ${issue.issues.map((inner) => inner.message).join(', ')}`];
    default:
      return [`${at}: ${shown(value)}, ${lowerFirst(issue.message)}`];
  }
}

/** Names that are valid at a path of pipeline.json, from its JSON Schema. */
function knownKeys(path: readonly string[], json: unknown): string[] {
  let node = pipelineJsonSchema() as SchemaNode | undefined;
  for (const [depth, step] of path.entries()) {
    const object = objectOf(node, valueAt(json, path.slice(0, depth)));
    const below: SchemaNode | undefined = object?.properties?.[step];
    node =
      below ??
      object?.items ??
      (typeof object?.additionalProperties === 'object' ? object.additionalProperties : undefined);
  }
  return Object.keys(objectOf(node, valueAt(json, path))?.properties ?? {});
}

/** The shape that is an object; if several are, the one whose constants (its adapter) the value has. */
function objectOf(node: SchemaNode | undefined, value: unknown): SchemaNode | undefined {
  const options = node?.oneOf ?? node?.anyOf;
  if (!options) return node;
  const fits = ({ properties }: SchemaNode) =>
    Object.entries(properties ?? {}).every(
      ([key, property]) => property.const === undefined || property.const === valueAt(value, [key]),
    );
  return options.find((option) => option.type === 'object' && fits(option));
}

interface SchemaNode {
  readonly type?: string;
  readonly const?: unknown;
  readonly properties?: Readonly<Record<string, SchemaNode>>;
  readonly additionalProperties?: SchemaNode | boolean;
  readonly items?: SchemaNode;
  readonly anyOf?: readonly SchemaNode[];
  readonly oneOf?: readonly SchemaNode[];
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
