import { testKinds } from '../../vitest.kinds.mjs';

// The workspace is copied, and the whole of it is read several times.
export default testKinds({ seconds: 60 });
