import { tf } from '../../tf/tf.ts';
import { type Slot, unknownVariable, unnamed } from './slot.ts';

/** What a step that runs eagerly keeps: the user's variables, and those of the optimiser. */
export class EagerState {
  readonly variables = new Map<string, tf.Variable>();
  readonly #slots = new Map<string, tf.Variable>();
  users = 0;

  nameOf(variable: tf.Variable): string {
    for (const [name, known] of this.variables) if (known === variable) return name;
    throw unnamed(variable);
  }

  slot(name: string, { shape, value }: Slot): tf.Variable {
    const known = this.#slots.get(name);
    if (known) return known;
    const made = tf.tidy(() => tf.variable(tf.fill([...shape], value), false));
    this.#slots.set(name, made);
    return made;
  }

  /**
   * The shape of the variable of a name: an optimiser's may not exist yet, before the first step.
   * @throws EngineError when there is none
   */
  shapeOf(name: string): readonly number[] {
    const known = this.variables.get(name) ?? this.#slots.get(name);
    if (known) return known.shape;
    const [, moment] = /^adam\/[mv]\/(.+)$/.exec(name) ?? [];
    const owner = moment === undefined ? undefined : this.variables.get(moment);
    if (owner) return owner.shape;
    if (/^adam\/beta[12]_power$/.test(name)) return [];
    throw unknownVariable(name);
  }

  /** Sets a variable that shapeOf knows. */
  set(name: string, value: tf.Tensor): void {
    const variable = this.variables.get(name) ?? this.slot(name, { shape: value.shape, value: 0 });
    variable.assign(value);
  }

  all(): Map<string, tf.Variable> {
    return new Map([...this.variables, ...this.#slots]);
  }

  /** Runs work with this state as the one that optimisers use. */
  within<T>(work: () => T): T {
    const before = active;
    active = this;
    try {
      return work();
    } finally {
      active = before;
    }
  }

  release(): void {
    this.users -= 1;
    if (this.users > 0) return;
    for (const slot of this.#slots.values()) slot.dispose();
    this.#slots.clear();
  }
}

let active: EagerState | null = null;

/** The state of the eager step that is running. */
export function activeEagerState(): EagerState | null {
  return active;
}
