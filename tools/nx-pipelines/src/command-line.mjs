/**
 * A command line from its words, for the shell that nx:run-commands hands it to.
 * @param {readonly string[]} words
 * @param {NodeJS.Platform} platform
 */
export function commandLine(words, platform) {
  return words.map((word) => quoted(word, platform)).join(' ');
}

/**
 * @param {string} word
 * @param {NodeJS.Platform} platform
 */
function quoted(word, platform) {
  if (/^[\w./:=-]+$/.test(word)) return word;
  return platform === 'win32' ? `"${word}"` : `'${word.replaceAll("'", "'\\''")}'`;
}
