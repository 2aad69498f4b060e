import { testKinds } from '../../vitest.kinds.mjs';

// Trainings take seconds, and the first test on a machine builds the engine.
// One process for all files, in which TensorFlow is loaded once; with one thread, so that sums have one order.
const env = { TF_NUM_INTRAOP_THREADS: '1', TF_NUM_INTEROP_THREADS: '1' };
export default testKinds({ seconds: 300, test: { isolate: false, env } });
