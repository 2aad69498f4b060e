/**
 * @typedef {{ status: string, fullName: string }} Assertion
 * @typedef {{ testResults: { assertionResults: Assertion[] }[] }} Report of vitest, as its reporter `json` writes it
 */

/** Tests that do not say in their name why they were skipped. */
const OTHERWISE = 'needs the native engine, a program or a network that is not here: npx viewgap doctor';

/**
 * How many tests were skipped for which reason, which is in their name: `(skipped where …)` or `(needs …)`.
 * @param {readonly Report[]} reports
 * @returns {Map<string, number>} counts by reason
 */
export function skippedByReason(reports) {
  /** @type {Map<string, number>} */
  const counts = new Map();
  for (const { testResults } of reports) {
    for (const { status, fullName } of testResults.flatMap((file) => file.assertionResults)) {
      if (status !== 'skipped' && status !== 'pending') continue;
      const reason = /\(((?:skipped|needs)\b[^)]*)\)/.exec(fullName)?.[1] ?? OTHERWISE;
      counts.set(reason, (counts.get(reason) ?? 0) + 1);
    }
  }
  return counts;
}
