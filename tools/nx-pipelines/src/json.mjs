/**
 * The object that a JSON text holds; an empty one where it holds none, since a plugin that throws takes every target of
 * the workspace down with it.
 * @param {string} text
 * @returns {Readonly<Record<string, unknown>>}
 */
export function parseObject(text) {
  try {
    return asObject(JSON.parse(text.replace(/^\uFEFF/, '')));
  } catch {
    return {};
  }
}

/**
 * @param {unknown} value
 * @returns {Readonly<Record<string, unknown>>} the value, or an empty object where it is not an object
 */
export function asObject(value) {
  return isObject(value) ? value : {};
}

/**
 * @param {unknown} value
 * @returns {value is Readonly<Record<string, unknown>>}
 */
export function isObject(value) {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
