import { testKinds } from '../../vitest.kinds.mjs';

// Each end-to-end test runs Nx and the stages, which takes seconds, and many times that on a busy machine.
export default testKinds({ seconds: 300 });
