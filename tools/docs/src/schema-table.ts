/** The parts of JSON Schema that zod writes for our settings and results. */
export interface Schema {
  readonly type?: string | readonly string[];
  readonly description?: string;
  readonly default?: unknown;
  readonly const?: unknown;
  readonly enum?: readonly unknown[];
  readonly minimum?: number;
  readonly maximum?: number;
  readonly exclusiveMinimum?: number;
  readonly exclusiveMaximum?: number;
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly required?: readonly string[];
  readonly additionalProperties?: Schema | boolean;
  readonly items?: Schema;
  readonly prefixItems?: readonly Schema[];
  readonly anyOf?: readonly Schema[];
  readonly oneOf?: readonly Schema[];
  readonly $ref?: string;
  readonly $defs?: Readonly<Record<string, Schema>>;
}

/** A key of a JSON file, as a reader looks it up. */
export interface KeyRow {
  /** `train.models.<name>.decoder.lambda` */
  readonly path: string;
  readonly values: string;
  /** the default as JSON; null where there is no default */
  readonly fallback: string | null;
  readonly required: boolean;
  readonly meaning: string;
}

/** Every key below a schema, depth first, in the schema's order. */
export function keyRows(schema: Schema, path = ''): KeyRow[] {
  const object = objectOf(schema);
  if (object === undefined) return [];
  const { properties = {}, required = [], additionalProperties } = object;
  const named = Object.entries(properties).flatMap(([key, value]) => {
    const inner = path === '' ? key : `${path}.${key}`;
    return [
      keyRow(value, inner, required.includes(key)),
      ...keyRows(value, `${inner}${isList(value) ? '[]' : ''}`),
    ];
  });
  if (typeof additionalProperties !== 'object' || objectOf(additionalProperties) === undefined) return named;
  return [
    ...named,
    ...keyRows(additionalProperties, `${path}.<name>${isList(additionalProperties) ? '[]' : ''}`),
  ];
}

function keyRow(schema: Schema, path: string, required: boolean): KeyRow {
  return {
    path,
    values: valuesText(schema),
    fallback: 'default' in schema ? JSON.stringify(schema.default) : null,
    required,
    meaning: schema.description ?? '',
  };
}

const isList = (schema: Schema): boolean => schema.items !== undefined;

/** The object that a schema describes, alone, in a list or where the other choice is null. */
function objectOf(schema: Schema): Schema | undefined {
  if (schema.properties !== undefined || typeof schema.additionalProperties === 'object') return schema;
  if (schema.items !== undefined) return objectOf(schema.items);
  return schema.anyOf?.map(objectOf).find((choice) => choice !== undefined);
}

const LARGEST = Number.MAX_SAFE_INTEGER;

/** `integer, 1 to 100`, `"png" or "raw"`, `list of numbers` */
export function valuesText(schema: Schema): string {
  const { const: only, enum: values, anyOf, oneOf, type, items, prefixItems, $ref } = schema;
  if ($ref !== undefined) return `see ${$ref.split('/').at(-1)}`;
  if (only !== undefined) return JSON.stringify(only);
  if (values !== undefined) return values.map((value) => JSON.stringify(value)).join(', ');
  const choices = anyOf ?? oneOf;
  if (choices !== undefined) return [...new Set(choices.map(valuesText))].join(' or ');
  if (prefixItems !== undefined) return `[${prefixItems.map(valuesText).join(', ')}]`;
  if (items !== undefined) return `list of ${valuesText(items)}`;
  if (typeof schema.additionalProperties === 'object')
    return `object of ${valuesText(schema.additionalProperties)}`;
  const types = (Array.isArray(type) ? type : [type ?? 'any']).map((one) =>
    one === 'string' ? 'text' : one,
  );
  return `${types.join(' or ')}${boundsText(schema)}`;
}

function boundsText({ minimum, maximum, exclusiveMinimum, exclusiveMaximum }: Schema): string {
  const from =
    exclusiveMinimum !== undefined
      ? `above ${exclusiveMinimum}`
      : minimum !== undefined && minimum > -LARGEST
        ? `from ${minimum}`
        : '';
  const to =
    exclusiveMaximum !== undefined
      ? `below ${exclusiveMaximum}`
      : maximum !== undefined && maximum < LARGEST
        ? `to ${maximum}`
        : '';
  const bounds = [from, to].filter((part) => part !== '').join(' ');
  return bounds === '' ? '' : ` ${bounds}`;
}

/** The rows as a table in Markdown; without a column `default` where nothing has one. */
export function keyTable(rows: readonly KeyRow[]): string {
  const withDefaults = rows.some(({ fallback, required }) => fallback !== null || !required);
  const line = (cells: readonly string[]) => `| ${cells.map(escaped).join(' | ')} |`;
  const head = ['key', 'values', ...(withDefaults ? ['default'] : []), 'meaning'];
  const body = rows.map(({ path, values, fallback, required, meaning }) => [
    `\`${path}\``,
    values,
    ...(withDefaults ? [required ? 'required' : fallback === null ? '' : `\`${fallback}\``] : []),
    meaning,
  ]);
  return [line(head), line(head.map(() => '---')), ...body.map(line)].join('\n');
}

/** A bar would end the cell. */
function escaped(text: string): string {
  return text.replaceAll('|', '\\|').replaceAll('\n', ' ');
}
