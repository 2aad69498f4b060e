import { decodeSafetensors, encodeSafetensors, tf } from '@viewgap/engine';

/** Weights (moving statistics included) as the bytes of a safetensors file. */
export function encodeWeights(weights: ReadonlyMap<string, tf.Variable>): Uint8Array {
  return encodeSafetensors(
    new Map(
      [...weights].map(([name, variable]) => [
        name,
        { shape: variable.shape, data: variable.dataSync() as Float32Array },
      ]),
    ),
  );
}

/** Sets all weights from a safetensors file. @throws Error where names or shapes are not the model's */
export function restoreWeights(weights: ReadonlyMap<string, tf.Variable>, bytes: Uint8Array): void {
  const stored = decodeSafetensors(bytes);
  const extra = [...stored.tensors.keys()].filter((name) => !weights.has(name));
  if (extra.length > 0) throw new Error(`weights that the model does not have: ${extra.join(', ')}`);
  for (const [name, variable] of weights) {
    const tensor = stored.tensors.get(name);
    if (!tensor || tensor.shape.join() !== variable.shape.join()) {
      throw new Error(`weight ${name} is missing or has another shape`);
    }
    const value = tf.tensor(tensor.data, [...tensor.shape], 'float32');
    variable.assign(value);
    value.dispose();
  }
}
