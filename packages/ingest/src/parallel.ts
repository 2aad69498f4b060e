/**
 * Maps over items with at most `limit` calls under way, results in the order of the items.
 * The first error stops the start of further calls and is thrown when those under way have ended.
 */
export async function mapParallel<In, Out>(
  items: readonly In[],
  limit: number,
  map: (item: In, index: number) => Promise<Out>,
): Promise<Out[]> {
  const results: Out[] = new Array(items.length);
  let next = 0;
  let failed = false;
  const worker = async (): Promise<void> => {
    while (next < items.length && !failed) {
      const index = next++;
      try {
        results[index] = await map(items[index] as In, index);
      } catch (error) {
        failed = true;
        throw error;
      }
    }
  };
  const outcomes = await Promise.allSettled(Array.from({ length: Math.min(limit, items.length) }, worker));
  const rejected = outcomes.find((outcome) => outcome.status === 'rejected');
  if (rejected) throw rejected.reason;
  return results;
}

/**
 * Maps over items with at most `limit` calls under way and hands the results over in batches, in the order in which they
 * come. A batch is written while the next ones are mapped, one batch at a time; memory holds two.
 */
export async function mapInBatches<In, Out>(
  items: readonly In[],
  { limit, batch }: { readonly limit: number; readonly batch: number },
  map: (item: In) => Promise<Out>,
  write: (batch: Out[]) => Promise<void>,
): Promise<void> {
  let results: Out[] = [];
  let writing = Promise.resolve();
  const handOver = async (): Promise<void> => {
    const full = results;
    results = [];
    const before = writing;
    writing = before.then(() => write(full));
    await before;
  };
  try {
    await mapParallel(items, limit, async (item) => {
      const result = await map(item);
      results.push(result);
      if (results.length >= batch) await handOver();
    });
    if (results.length > 0) await handOver();
  } finally {
    await writing;
  }
}
