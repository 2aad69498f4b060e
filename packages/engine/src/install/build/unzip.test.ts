import {
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { unpackWheel } from './wheel.ts';

/**
 * Written by Python's zipfile, as wheels are, deflated: nvidia/cuda_nvcc/bin/ptxas (mode 755, "#!/bin/sh\n"),
 * nvidia/cudnn/lib/libcudnn.so.9 ("library\n" 20 times), nvidia/cudnn/include/cudnn.h, tensorflow/python/ops.py.
 */
const WHEEL = `
UEsDBBQAAAAIAAAAIVAdnfsEDAAAAAoAAAAaAAAAbnZpZGlhL2N1ZGFfbnZjYy9iaW4vcHR4YXNTVtRPyszTL87gAgBQSwMEFAAAAAgAAAAhUPdXLjsN
AAAAoAAAAB4AAABudmlkaWEvY3Vkbm4vbGliL2xpYmN1ZG5uLnNvLjnLyUwqSiyq5MoZpDQAUEsDBBQAAAAIAAAAIVBsRlS6DAAAAAoAAAAcAAAAbnZp
ZGlhL2N1ZG5uL2luY2x1ZGUvY3Vkbm4uaNPXV8hITUxJLeICAFBLAwQUAAAACAAAACFQlpIaDgcAAAAFAAAAGAAAAHRlbnNvcmZsb3cvcHl0aG9uL29w
cy5weStILC7mAgBQSwECFAMUAAAACAAAACFQHZ37BAwAAAAKAAAAGgAAAAAAAAAAAAAA7YEAAAAAbnZpZGlhL2N1ZGFfbnZjYy9iaW4vcHR4YXNQSwEC
FAMUAAAACAAAACFQ91cuOw0AAACgAAAAHgAAAAAAAAAAAAAApIFEAAAAbnZpZGlhL2N1ZG5uL2xpYi9saWJjdWRubi5zby45UEsBAhQDFAAAAAgAAAAh
UGxGVLoMAAAACgAAABwAAAAAAAAAAAAAAKSBjQAAAG52aWRpYS9jdWRubi9pbmNsdWRlL2N1ZG5uLmhQSwECFAMUAAAACAAAACFQlpIaDgcAAAAFAAAA
GAAAAAAAAAAAAAAApIHTAAAAdGVuc29yZmxvdy9weXRob24vb3BzLnB5UEsFBgAAAAAEAAQAJAEAABABAAAAAA==`;

let folder: string;
let wheel: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'viewgap-unzip-'));
  wheel = join(folder, 'some.whl');
  writeFileSync(wheel, Buffer.from(WHEEL, 'base64'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

test('of a wheel, libraries and programs are unpacked under their paths, and a program stays one', async () => {
  const out = join(folder, 'out');
  await unpackWheel(wheel, out);
  const files = readdirSync(out, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
  expect(files.map(({ name }) => name).sort()).toEqual(['libcudnn.so.9', 'ptxas']);
  const library = join(out, 'nvidia/cudnn/lib/libcudnn.so.9');
  expect(readFileSync(library, 'utf8')).toBe('library\n'.repeat(20));
  expect(statSync(library).mode & 0o777).toBe(0o644);
  expect(statSync(join(out, 'nvidia/cuda_nvcc/bin/ptxas')).mode & 0o777).toBe(0o755);
});

test('a wheel that was cut short does not unpack', async () => {
  truncateSync(wheel, 200);
  await expect(unpackWheel(wheel, join(folder, 'out'))).rejects.toThrow(
    /^the wheel does not unpack: .*some\.whl/,
  );
});
