import { testKinds } from '../../vitest.kinds.mjs';

export default testKinds({ seconds: 600 });
