import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { test as baseTest, beforeEach, describe, expect } from 'vitest';
import { captureTraining, smallBatch } from '../../test/small-network.ts';
import { decodeSafetensors, encodeSafetensors, type NamedTensor } from '../formats/safetensors.ts';
import { capture, defaultCacheDir, EngineError, prepareEngine, startEngine, tf } from '../index.ts';

const engine = { cacheDir: defaultCacheDir(process.env), log: () => {} };
const native = (await prepareEngine(engine)).engine.startsWith('native');

const PROGRAM = fileURLToPath(new URL('../../test/resumed-training.ts', import.meta.url));

/** What a file of this state would hold, in short. */
function fingerprint(state: ReadonlyMap<string, NamedTensor>): string {
  return createHash('sha256').update(encodeSafetensors(state)).digest('hex');
}

describe.for(['native', 'wasm'] as const)('state on %s', (prefer) => {
  const test = baseTest.skipIf(prefer === 'native' && !native);

  beforeEach(async () => {
    if (prefer === 'wasm' || native) await startEngine({ ...engine, prefer });
  });

  test('is the weights and statistics, and the optimiser’s moments, by name', async () => {
    const { network, step } = captureTraining();
    await step.run(...smallBatch(8, 0));
    const state = await step.read();
    const trained = Object.entries(network.variables).filter(([, { trainable }]) => trainable);
    expect([...state.keys()].sort()).toEqual(
      [
        ...Object.keys(network.variables),
        ...trained.flatMap(([name]) => [`adam/m/${name}`, `adam/v/${name}`]),
        'adam/beta1_power',
        'adam/beta2_power',
      ].sort(),
    );
    for (const [name, variable] of Object.entries(network.variables)) {
      expect(state.get(name)?.shape).toEqual(variable.shape);
    }
    expect(state.get('adam/beta1_power')?.data[0]).toBeCloseTo(0.81, 6);
    step.dispose();
    network.dispose();
  });

  test('survives a file byte for byte, and a training goes on from it bit for bit', async () => {
    const first = captureTraining();
    const { step } = first;
    for (let i = 0; i < 4; i++) await step.run(...smallBatch(8, i));
    const file = encodeSafetensors(await step.read());
    const ahead = [];
    for (let i = 4; i < 8; i++) ahead.push((await step.run(...smallBatch(8, i))).data);
    const end = fingerprint(await step.read());
    expect(end).not.toBe(fingerprint(decodeSafetensors(file).tensors));

    const other = captureTraining(2);
    await other.step.write(decodeSafetensors(file).tensors);
    expect(Buffer.compare(encodeSafetensors(await other.step.read()), file)).toBe(0);
    const again = [];
    for (let i = 4; i < 8; i++) again.push((await other.step.run(...smallBatch(8, i))).data);
    expect(again).toEqual(ahead);
    expect(fingerprint(await other.step.read())).toBe(end);
    for (const { step, network } of [first, other]) {
      step.dispose();
      network.dispose();
    }
  });

  test('values that no rounding survives come back as they were', async () => {
    const w = tf.variable(tf.zeros<tf.Rank.R1>([5]));
    const step = capture((x) => tf.mul(x as tf.Tensor, w), { inputs: [{ shape: [] }], variables: { w } });
    const data = Float32Array.of(-0, 1e-42, Number.NaN, Number.NEGATIVE_INFINITY, 0.1);
    await step.write(new Map([['w', { shape: [5], data }]]));
    const read = (await step.read()).get('w') as NamedTensor;
    expect(new Uint8Array(read.data.buffer)).toEqual(new Uint8Array(data.buffer));
    step.dispose();
    w.dispose();
  });

  test.for<[string, ReadonlyMap<string, NamedTensor>, string]>([
    [
      'an unknown name',
      new Map([
        ['bias', { shape: [3], data: Float32Array.of(7, 7, 7) }],
        ['bogus', { shape: [3], data: new Float32Array(3) }],
      ]),
      'no such variable: bogus (write those that read() gives)',
    ],
    [
      'another shape',
      new Map([
        ['bias', { shape: [3], data: Float32Array.of(7, 7, 7) }],
        ['head', { shape: [3, 16], data: new Float32Array(48) }],
      ]),
      'variable head has another shape: [3,16] (write [16,3])',
    ],
    [
      'another shape of a moment',
      new Map([['adam/m/bias', { shape: [4], data: new Float32Array(4) }]]),
      'variable adam/m/bias has another shape: [4] (write [3])',
    ],
    [
      'another number of values',
      new Map([
        ['bias', { shape: [3], data: Float32Array.of(7, 7, 7) }],
        ['head', { shape: [16, 3], data: new Float32Array(47) }],
      ]),
      'variable head has another number of values: 47 (write 48)',
    ],
  ])('%s is an error, and nothing is set', async ([, state, message]) => {
    const { network, step } = captureTraining();
    await step.run(...smallBatch(8, 0));
    const before = fingerprint(await step.read());
    const refused = step.write(state);
    await expect(refused).rejects.toThrow(EngineError);
    await expect(refused).rejects.toThrow(message);
    expect(fingerprint(await step.read())).toBe(before);
    step.dispose();
    network.dispose();
  });

  test('that is written waits for the calls before it', async () => {
    const { network, step } = captureTraining();
    await step.run(...smallBatch(8, 0));
    const start = await step.read();
    const running = [step.run(...smallBatch(8, 0)), step.run(...smallBatch(8, 1))];
    await step.write(start);
    await Promise.all(running);
    expect(fingerprint(await step.read())).toBe(fingerprint(start));
    step.dispose();
    network.dispose();
  });
});

baseTest.skipIf(!native)('a training goes on in another process bit for bit', async () => {
  await startEngine({ ...engine, prefer: 'native' });
  const folder = await mkdtemp(join(tmpdir(), 'viewgap-resume-'));
  try {
    const { network, step } = captureTraining();
    for (let i = 0; i < 3; i++) await step.run(...smallBatch(8, i));
    const file = join(folder, 'state.safetensors');
    await writeFile(file, encodeSafetensors(await step.read()));
    const losses: number[] = [];
    for (let i = 3; i <= 6; i++) losses.push((await step.run(...smallBatch(8, i))).data[0] as number);
    const call = ['--import', import.meta.resolve('tsx'), PROGRAM, file, '3', '6'];
    const { stdout } = await promisify(execFile)(process.execPath, call);
    expect(JSON.parse(stdout)).toEqual({ losses, state: fingerprint(await step.read()) });
    step.dispose();
    network.dispose();
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
});
