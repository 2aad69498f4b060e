import type { SourceConfig } from '@viewgap/contracts';
import type { Adapter } from './adapter.ts';
import { nihChestXray14 } from './adapters/nih-chestxray14.ts';

/** Every adapter by the name that pipeline.json gives it. */
export const ADAPTERS: Readonly<Record<SourceConfig['adapter'], Adapter>> = {
  'nih-chestxray14': nihChestXray14,
};
