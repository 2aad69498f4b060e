import { testKinds } from '../../vitest.kinds.mjs';

// Compiling and training take seconds, and many times that on a busy machine.
export default testKinds({ seconds: 300 });
