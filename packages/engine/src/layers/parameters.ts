import { createHash } from 'node:crypto';
import { tf } from '../tf/tf.ts';

/**
 * Weights of a model by name, in the order in which they were made. What a weight starts as depends on the seed and on
 * its name alone: an encoder's weights are the same whether or not a decoder is made beside it.
 */
export class Parameters {
  readonly #seed: number;
  readonly #scope: string;
  readonly #variables: Map<string, tf.Variable>;

  /** @param seed of the initial weights */
  constructor(seed: number, scope = '', variables = new Map<string, tf.Variable>()) {
    this.#seed = seed;
    this.#scope = scope;
    this.#variables = variables;
  }

  /** The part of these weights whose names begin with `name` and a slash: what is made there is made here too. */
  scope(name: string): Parameters {
    return new Parameters(this.#seed, `${this.#scope}${name}/`, this.#variables);
  }

  /**
   * A trained kernel of a convolution or a matrix, [..., in, out], drawn from a normal distribution of variance
   * 2 / fan-in (He et al., ICCV 2015).
   */
  he<R extends tf.Rank>(name: string, shape: tf.ShapeMap[R]): tf.Variable<R> {
    const fanIn = shape.slice(0, -1).reduce((product, n) => product * n, 1);
    const seed = seedOf(this.#seed, this.#scope + name);
    const deviation = Math.sqrt(2 / fanIn);
    return this.#add(name, () => tf.randomNormal<R>(shape, 0, deviation, 'float32', seed), true);
  }

  /** A weight whose values all start at `value`. */
  constant(name: string, length: number, value: number, trainable = true): tf.Variable<tf.Rank.R1> {
    return this.#add(name, () => tf.fill<tf.Rank.R1>([length], value), trainable);
  }

  #add<R extends tf.Rank>(name: string, initial: () => tf.Tensor<R>, trainable: boolean): tf.Variable<R> {
    const full = this.#scope + name;
    if (this.#variables.has(full)) throw new Error(`two weights are named ${full}`);
    const value = initial();
    const variable = tf.variable(value, trainable);
    value.dispose();
    this.#variables.set(full, variable as tf.Variable);
    return variable;
  }

  /** The weights of this scope by their names within it. */
  own(): ReadonlyMap<string, tf.Variable> {
    const own = [...this.#variables].filter(([name]) => name.startsWith(this.#scope));
    return new Map(own.map(([name, variable]) => [name.slice(this.#scope.length), variable]));
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

/** A stream of its own for each name. */
function seedOf(seed: number, name: string): number {
  return createHash('sha256')
    .update(JSON.stringify([seed, name]))
    .digest()
    .readUInt32LE();
}
