// Trains from a safetensors file: resumed-training.ts <file> <first batch> <last batch>. Prints the losses and a hash of the last state.
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { decodeSafetensors, encodeSafetensors } from '../src/formats/safetensors.ts';
import { defaultCacheDir, startEngine } from '../src/index.ts';
import { captureTraining, smallBatch } from './small-network.ts';

const [file, first, last] = process.argv.slice(2);
await startEngine({ cacheDir: defaultCacheDir(process.env), log: () => {}, prefer: 'native' });
const { step } = captureTraining(99);
await step.write(decodeSafetensors(readFileSync(file as string)).tensors);
const losses: number[] = [];
for (let i = Number(first); i <= Number(last); i++) {
  losses.push((await step.run(...smallBatch(8, i))).data[0] as number);
}
const state = createHash('sha256')
  .update(encodeSafetensors(await step.read()))
  .digest('hex');
console.log(JSON.stringify({ losses, state }));
