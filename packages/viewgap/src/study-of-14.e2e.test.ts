import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { queryRows, withDuckDB } from '@viewgap/artifacts';
import { expect, test } from 'vitest';
import { commandFolder } from '../test/command.ts';

const ROOT = fileURLToPath(new URL('../../..', import.meta.url));
const { path, viewgap, pipeline } = commandFolder();

const page = readFileSync(`${ROOT}/docs/how-to/add-a-finding.md`, 'utf8');
const config = JSON.parse(/^```json pipelines\/nih-14\/pipeline\.json\n(.*?)^```$/ms.exec(page)?.[1] ?? '');
const commands = [...page.matchAll(/^ {4}npx viewgap (.*)$/gm)].map(([, line = '']) => line.split(' '));
const CODES = Object.keys(config.findings);

const json = (...parts: string[]) => JSON.parse(readFileSync(path('runs/nih-14', ...parts), 'utf8'));
const query = (sql: string) =>
  withDuckDB(path('runs/nih-14/catalog/catalog.duckdb'), (connection) => queryRows(connection, sql), {
    readOnly: true,
  });

/** The study that docs/how-to/add-a-finding.md shows, on the sample that the repository carries. */
test("a study of NIH's 14 labels is a file: from the images to the report's tables", {
  timeout: 600_000,
}, async () => {
  pipeline('pipelines/nih-14', {
    ...config,
    sources: { nih: { ...config.sources.nih, root: `${ROOT}/pipelines/nih-sample` } },
  });
  for (const command of commands) {
    const { status, stderr } = viewgap(...command);
    expect(status, `${command.join(' ')}\n${stderr}`).toBe(0);
  }

  const positives = await query(
    `select finding, count(*) filter (label = 1)::int as n from labels group by 1 having n > 0 order by 1`,
  );
  // counted in the sample's Data_Entry table
  const named: [string, number][] = [
    ['ATE', 76],
    ['CMG', 29],
    ['CSN', 64],
    ['EDE', 39],
    ['EMP', 21],
    ['FIB', 35],
    ['HER', 8],
    ['INF', 112],
    ['MAS', 52],
    ['NOD', 58],
    ['PEF', 84],
    ['PLT', 47],
    ['PNE', 185],
    ['PTX', 31],
  ];
  expect(positives).toEqual(named.map(([finding, n]) => ({ finding, n })));
  expect(json('evaluate/metrics.json').findings).toEqual(CODES);
  expect(json('train/model2/seed-0/manifest.json').config.findings).toEqual(CODES);

  const table = readFileSync(path('runs/nih-14/report/tables/performance.csv'), 'utf8');
  for (const code of CODES) expect(table, code).toMatch(new RegExp(`\\b${code}\\b`));
  const html = readFileSync(path('runs/nih-14/report/index.html'), 'utf8');
  expect(html).toContain('PLT pleural thickening');
  expect(html).toContain('None of the findings');
  // The abstract states no mean of these 14; of its own five it states two.
  const published = readFileSync(path('runs/nih-14/report/tables/published.csv'), 'utf8');
  expect(published).toMatch(/PTX/);
  expect(published).not.toMatch(/mean/);

  const read = json('ingest/nih/run.json').files_read;
  const policy = { ...config, findings: { EDE: config.findings.EDE, PTX: config.findings.PTX } };
  pipeline('pipelines/nih-14', {
    ...policy,
    sources: { nih: { ...config.sources.nih, root: `${ROOT}/pipelines/nih-sample` } },
  });
  expect(viewgap('catalog', '--pipeline', 'pipelines/nih-14').status).toBe(0);
  expect(await query('select finding from findings order by place')).toEqual([
    { finding: 'EDE' },
    { finding: 'PTX' },
  ]);
  expect(json('ingest/nih/run.json').files_read, 'no image was read again').toBe(read);
  const refused = viewgap('predict', '--pipeline', 'pipelines/nih-14', '--model', 'model1');
  expect(refused.stderr).toContain(
    'the catalog is of other findings than the model: EDE, PTX; the model ATE, CMG',
  );
  expect(readdirSync(path('runs/nih-14/ingest/nih')).sort()).toEqual([
    'manifest.json',
    'quarantine.arrow',
    'records.arrow',
    'run.json',
  ]);
});
