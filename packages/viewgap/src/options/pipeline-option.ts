import { Option } from 'commander';

/** `--pipeline`, for every command that has another way to be told what to do. */
export function pipelineOption(): Option {
  return new Option('--pipeline <folder>', 'folder of the pipeline.json');
}

/** An option that a pipeline.json answers: given with --pipeline it is refused, where it would do nothing. */
export function withoutPipeline(flags: string, description: string): Option {
  return new Option(flags, `without a pipeline: ${description}`).conflicts('pipeline');
}
