import { decodeSafetensors, encodeSafetensors, type NamedTensor, tf } from '@viewgap/engine';

/** The values of variables. */
export async function valuesOf(
  weights: ReadonlyMap<string, tf.Variable>,
): Promise<ReadonlyMap<string, NamedTensor>> {
  const values = [...weights].map(
    async ([name, variable]) =>
      [name, { shape: variable.shape, data: await variable.data<'float32'>() }] as const,
  );
  return new Map(await Promise.all(values));
}

/** Some weights (moving statistics included) as the bytes of a safetensors file. */
export function encodeWeights(names: Iterable<string>, values: ReadonlyMap<string, NamedTensor>): Uint8Array {
  return encodeSafetensors(new Map([...names].map((name) => [name, values.get(name) as NamedTensor])));
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
