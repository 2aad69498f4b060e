/**
 * Keeps Nx from calling a task flaky that failed, or was killed, and later passed, and from advertising a service for
 * such tasks: a training that was killed and resumed is not one, nor is a stage whose disk was full. Nx has no setting for it.
 * It works because .env has Nx load its plugins into its own process (NX_ISOLATE_PLUGINS).
 */
export async function neverFlaky() {
  const { TaskHistory } = await import('nx/src/utils/task-history.js');
  TaskHistory.prototype.getFlakyTasks = async () => [];
}
