import { testKinds } from '../../vitest.kinds.mjs';

// What takes seconds takes many times that on a busy machine.
export default testKinds({ seconds: 60, test: { isolate: false } });
