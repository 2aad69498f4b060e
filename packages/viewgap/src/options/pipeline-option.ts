import { Option } from 'commander';

const FLAGS = '--pipeline <folder>';

/** `--pipeline` of a command that has no other way to be told what to do. */
export function requiredPipeline(): Option {
  return pipelineOption().makeOptionMandatory();
}

/** `--pipeline` of a command that has. */
export function pipelineOption(): Option {
  return new Option(FLAGS, 'folder of the pipeline.json');
}

/** An option that a pipeline.json answers: given with --pipeline it is refused, where it would do nothing. */
export function withoutPipeline(flags: string, description: string): Option {
  return new Option(flags, `without a pipeline: ${description}`).conflicts('pipeline');
}

/** An option that means something with --pipeline alone. @param other the option that stands for a pipeline without it */
export function withPipeline(flags: string, description: string, other: string): Option {
  return new Option(flags, `with a pipeline: ${description}`).conflicts(other);
}

/** The options of a command that reads a catalog and writes an artifact. */
export function catalogOptions(): Option[] {
  return [withoutPipeline('--catalog <folder>', 'folder of the catalog'), storeOption(), outOption()];
}

export function storeOption(): Option {
  return withoutPipeline('--store <folder>', 'folder of the shards; default: .viewgap/store');
}

export function outOption(): Option {
  return withoutPipeline('--out <folder>', 'folder of the artifact');
}

/** @param sections of pipeline.json that the command reads */
export function settingsOption(...sections: readonly string[]): Option {
  return withoutPipeline(
    '--settings <file>',
    `a pipeline.json, or a part of one, whose ${sections.join(' and ')} is used; default: an empty one`,
  );
}
