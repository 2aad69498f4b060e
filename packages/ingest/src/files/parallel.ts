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
 * come. A batch is written while the next one is mapped, one batch at a time: no item is begun while two wait, so that
 * memory holds two and what is under way.
 */
export async function mapInBatches<In, Out>(
  items: readonly In[],
  { limit, batch }: { readonly limit: number; readonly batch: number },
  map: (item: In) => Promise<Out>,
  write: (batch: Out[]) => Promise<void>,
): Promise<void> {
  let results: Out[] = [];
  let writing = Promise.resolve();
  let room = Promise.resolve();
  const handOver = async (): Promise<void> => {
    const full = results;
    results = [];
    room = writing;
    writing = writing.then(() => write(full));
    // A failure is told to whoever waits next; until then it is not one that nobody handles.
    writing.catch(() => {});
    await room;
  };
  try {
    await mapParallel(items, limit, async (item) => {
      await room;
      const result = await map(item);
      // Not before: meanwhile another batch may have begun.
      results.push(result);
      if (results.length >= batch) await handOver();
    });
    if (results.length > 0) await handOver();
  } finally {
    await writing;
  }
}
