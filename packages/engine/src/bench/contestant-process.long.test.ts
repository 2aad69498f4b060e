import { haveSameWeights, trainInTurns } from '../../test/contestants.ts';
import { BENCH_MODELS } from './contestants/bench-case.ts';

haveSameWeights(BENCH_MODELS);
trainInTurns(['stock', 'captured-float32', 'torch-float32', 'torch-bfloat16']);
