/** A method of an object or a prototype, and what stands in for it. */
export interface Replacement {
  readonly target: object;
  readonly name: string;
  readonly method: unknown;
}

export function replacement<T extends object, K extends keyof T & string>(
  target: T,
  name: K,
  method: T[K],
): Replacement {
  return { target, name, method };
}

/** Runs work with methods replaced. */
export function withReplaced<R>(replacements: readonly Replacement[], work: () => R): R {
  const own = replacements.map(({ target, name }) => Object.getOwnPropertyDescriptor(target, name));
  for (const { target, name, method } of replacements) {
    Object.defineProperty(target, name, { value: method, configurable: true, writable: true });
  }
  try {
    return work();
  } finally {
    replacements.forEach(({ target, name }, i) => {
      const before = own[i];
      if (before) Object.defineProperty(target, name, before);
      else Reflect.deleteProperty(target, name);
    });
  }
}
