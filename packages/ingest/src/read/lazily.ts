/** What `map` makes of each item, made when it is asked for: of a long table one row at a time is in memory. */
export function* lazily<In, Out>(items: Iterable<In>, map: (item: In) => Out): Generator<Out> {
  for (const item of items) yield map(item);
}
