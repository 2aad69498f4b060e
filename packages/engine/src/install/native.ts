import { dirname } from 'node:path';
import { EngineError } from '../system/engine-error.ts';
import {
  buildNative,
  ensureDistribution,
  type NativeContext,
  type NativeEngine,
} from './build/native-build.ts';
import { CPU_DISTRIBUTION, CUDA_DISTRIBUTION } from './build/wheels.ts';
import { namedTensorFlow } from './named-tensorflow.ts';
import { tfjsNodeEngine, tfjsNodeFolder } from './tfjs-node-package.ts';

/** A native engine and where its TensorFlow comes from. */
export interface Found {
  readonly engine: NativeEngine;
  /** In words. */
  readonly origin: string;
  /** sha256 of the wheel that TensorFlow was unpacked from; null when it was not. */
  readonly wheelSha256: string | null;
}

/**
 * TensorFlow for a device: the one that VIEWGAP_TENSORFLOW names, and no other; else the pinned wheel, with pip; else
 * @tensorflow/tfjs-node-gpu where its own install script was run.
 *
 * @throws EngineError when none of these works
 */
export async function findNative(context: NativeContext): Promise<Found> {
  const named = context.env.VIEWGAP_TENSORFLOW;
  if (named) return fromNamed(named, context);
  try {
    return await fromWheels(context);
  } catch (error) {
    if (!(error instanceof EngineError)) throw error;
    const found = await fromNpm(context, error);
    if (found === null) throw error;
    return found;
  }
}

async function fromNamed(path: string, context: NativeContext): Promise<Found> {
  const { tensorflow, wheel } = await namedTensorFlow(path, context);
  const engine = await buildNative(tensorflow, context);
  return { engine, origin: `as named: ${path}`, wheelSha256: wheel?.sha256 ?? null };
}

async function fromWheels(context: NativeContext): Promise<Found> {
  const distribution = context.device === 'gpu' ? CUDA_DISTRIBUTION : CPU_DISTRIBUTION;
  const engine = await buildNative(await ensureDistribution(distribution, context), context);
  const origin = `${engine.built ? 'just built' : 'found'} in ${dirname(engine.layout.binding)}`;
  return { engine, origin, wheelSha256: distribution.wheels[0].sha256 };
}

async function fromNpm(context: NativeContext, why: EngineError): Promise<Found | null> {
  const folder = tfjsNodeFolder();
  const found = await tfjsNodeEngine(folder, context);
  if (found === null) return null;
  const { engine, noCapture } = found;
  const capture = noCapture === null ? '' : `; no capture: ${noCapture}`;
  return { engine, origin: `of ${folder}, since ${why.message}${capture}`, wheelSha256: null };
}
