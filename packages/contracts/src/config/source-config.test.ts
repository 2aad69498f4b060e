import { expect, test } from 'vitest';
import { LAYOUT_NAMES, type LayoutName } from './layout-names.ts';
import { isPublished, sourceConfig } from './source-config.ts';

const source = (adapter: LayoutName, settings: object = {}) => {
  const mapped = { table: 'labels.csv', mapping: { image: 'file' } };
  return sourceConfig.parse({ adapter, root: '.', ...(adapter.endsWith('-folder') && mapped), ...settings });
};

test('each layout may be named in pipeline.json', () => {
  for (const name of LAYOUT_NAMES) expect(source(name)).toMatchObject({ adapter: name, role: 'train' });
});

test('images of a hospital and of any folder are private, unless the folder is said to be public', () => {
  const hidden = LAYOUT_NAMES.filter((name) => !isPublished(source(name)));
  expect(hidden).toEqual(['png-folder', 'dicom-folder']);
  expect(isPublished(source('png-folder', { public: true }))).toBe(true);
});

test('a layout takes its own settings and no others', () => {
  expect(source('vindr-cxr', { readers: 'all', depth: 12 })).toMatchObject({ readers: 'all', depth: 12 });
  expect(source('padchest', { depth: 16 })).toMatchObject({ depth: 16 });
  expect(() => source('padchest', { readers: 'all' })).toThrow('readers');
});
