import { hashUniform } from '@viewgap/contracts';
import { tf } from '@viewgap/engine';

/** Weights of a model by name, in the order in which they were made. */
export class Parameters {
  readonly #seed: number;
  readonly #variables = new Map<string, tf.Variable>();

  /** @param seed of the initial weights; each weight draws from its own stream, named by seed and name */
  constructor(seed: number) {
    this.#seed = seed;
  }

  /** He initialisation for a convolution or matrix: normal, variance 2 / fan-in. Shape [..., in, out]. */
  he(name: string, shape: readonly number[]): tf.Variable {
    const fanIn = shape.slice(0, -1).reduce((product, n) => product * n, 1);
    // A stream per name: the encoder's weights are the same whether or not a decoder is made after it.
    const seed = Math.floor(hashUniform('weights', this.#seed, name) * 2 ** 31);
    const values = tf.tidy(() => tf.randomNormal([...shape], 0, Math.sqrt(2 / fanIn), 'float32', seed));
    return this.#add(name, values, true);
  }

  constant(name: string, shape: readonly number[], value: number, trainable = true): tf.Variable {
    return this.#add(name, tf.fill([...shape], value), trainable);
  }

  #add(name: string, initial: tf.Tensor, trainable: boolean): tf.Variable {
    if (this.#variables.has(name)) throw new Error(`two weights are named ${name}`);
    const variable = tf.variable(initial, trainable);
    initial.dispose();
    this.#variables.set(name, variable);
    return variable;
  }

  /** The weights of some parts of the model, by the first step of their name. */
  within(parts: readonly string[]): ReadonlyMap<string, tf.Variable> {
    return new Map([...this.#variables].filter(([name]) => parts.includes(name.split('/')[0] as string)));
  }

  /** All weights, by name. */
  all(): ReadonlyMap<string, tf.Variable> {
    return this.#variables;
  }

  trainable(): tf.Variable[] {
    return [...this.#variables.values()].filter((variable) => variable.trainable);
  }

  dispose(): void {
    for (const variable of this.#variables.values()) variable.dispose();
    this.#variables.clear();
  }
}
