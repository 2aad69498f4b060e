// Run as a program of its own: a graphics driver that is broken kills its process, and must not kill the caller's.
// argv: the npm package webgpu, as a URL. Prints the description of its adapter as JSON, or null when there is none.
const { create } = await import(process.argv[2] ?? '');
const adapter = await create([]).requestAdapter({ powerPreference: 'high-performance' });
const { vendor, architecture, description, isFallbackAdapter } = adapter?.info ?? {};
console.log(JSON.stringify(adapter && { vendor, architecture, description, isFallbackAdapter }));
process.exit(0);
