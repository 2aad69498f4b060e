import { join } from 'node:path';
import { Store } from '@viewgap/contracts';
import { expect, test } from 'vitest';
import { FIXTURE, ingest, SETTINGS, temporaryFolder } from '../test/testing.ts';
import { contactSheet } from './contact-sheet.ts';

test.each(['png', 'raw'] as const)(
  'a sheet of %s shards shows each view and finding, the same each time',
  async (encoding) => {
    const work = await temporaryFolder();
    const artifact = await ingest(work, FIXTURE, { settings: { ...SETTINGS, encoding } });
    const options = { store: new Store(join(work, 'store')), rebuild: 'run ingest again' };
    const { html, inverted } = await contactSheet(artifact, options);
    expect(inverted).toEqual([]);
    expect(html).toContain('<p>8 images</p>');
    expect(html).toMatch(/<h2>PA, none of them: \d<\/h2>/);
    expect(html.match(/<figure>/g)?.length).toBeGreaterThanOrEqual(8);
    expect(html).toContain('<figcaption>00000013_000.png</figcaption>');
    expect((await contactSheet(artifact, options)).html).toBe(html);
    expect((await contactSheet(artifact, { ...options, perGroup: 0 })).html.length).toBeLessThan(html.length);
  },
);
