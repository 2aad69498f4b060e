import { testKinds } from '../../vitest.kinds.mjs';

// Pages are followed by running their commands, one of which compiles the engine.
export default testKinds({ seconds: 300 });
