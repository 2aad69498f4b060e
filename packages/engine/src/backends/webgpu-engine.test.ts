import { createRequire } from 'node:module';
import { expect, test } from 'vitest';
import { prepareEngine } from '../index.ts';
import { findWebgpu, nameOfHardware, type WebgpuAdapter } from './webgpu-engine.ts';

const radeon: WebgpuAdapter = {
  vendor: 'amd',
  architecture: 'rdna-3',
  description: 'AMD Radeon RX 7900 XTX (RADV NAVI31)',
  isFallbackAdapter: false,
};

test('an adapter of hardware is taken, by its name', () => {
  expect(nameOfHardware(radeon)).toBe('AMD Radeon RX 7900 XTX (RADV NAVI31)');
  expect(nameOfHardware({ ...radeon, description: '' })).toBe('amd rdna-3');
});

// As Dawn 0.6.2 describes SwiftShader, and as Mesa's llvmpipe calls itself.
test.each<Partial<WebgpuAdapter>>([
  { architecture: 'swiftshader', description: 'SwiftShader driver 5.0.0', isFallbackAdapter: true },
  { architecture: '', description: 'llvmpipe (LLVM 15.0.6, 256 bits)' },
])('a processor that plays the GPU is passed by: %o', (difference) => {
  expect(() => nameOfHardware({ ...radeon, ...difference })).toThrow(
    `the only WebGPU adapter is software: ${difference.description} (it needs the driver of a GPU)`,
  );
});

test('no adapter at all is said', () => {
  expect(() => nameOfHardware(null)).toThrow('WebGPU finds no adapter');
});

function isInstalled(): boolean {
  try {
    createRequire(import.meta.url).resolve('webgpu');
    return true;
  } catch {
    return false;
  }
}

test.skipIf(isInstalled())(
  'where its packages are not installed, the cure is their installation',
  async () => {
    await expect(findWebgpu(process.env)).rejects.toThrow(
      'an npm package is not installed: webgpu (npm i webgpu @tensorflow/tfjs-backend-webgpu@4.22.0)',
    );
    const asked = prepareEngine({ cacheDir: '/nowhere', log: () => {}, prefer: 'webgpu' });
    await expect(asked).rejects.toThrow(/^the webgpu engine cannot be had: an npm package is not installed/);
  },
);
