import { testKinds } from '../../vitest.kinds.mjs';

// Each test runs commands that take seconds, and many times that on a busy machine.
export default testKinds({ seconds: 300 });
