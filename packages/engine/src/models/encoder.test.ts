import { test as baseTest, describe } from 'vitest';
import { expectTorchvision, type TorchvisionName } from '../../test/encoder-claims.ts';
import { defaultCacheDir, prepareEngine } from '../index.ts';

const options = { cacheDir: defaultCacheDir(process.env), log: () => {} };
const native = (await prepareEngine(options)).engine === 'native-cpu';

describe.for<['native' | 'wasm', TorchvisionName[]]>([
  ['native', ['resnet18', 'densenet121']],
  ['wasm', ['resnet18']],
])('on %s', ([prefer, names]) => {
  const test = baseTest.skipIf(prefer === 'native' && !native);

  test.for(names)("%s is torchvision's", (name) => expectTorchvision(name, prefer));
});
