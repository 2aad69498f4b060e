import { join } from 'node:path';
import {
  type Artifact,
  decodeTable,
  ingestFacts,
  QUARANTINE,
  RECORDS,
  readTable,
  SHARD,
  type Store,
} from '@viewgap/artifacts';
import { FINDINGS, labelColumn, VIEWS } from '@viewgap/contracts';
import { isPng, Kernels, writeGreyPng } from '@viewgap/shards/grey';
import { hashUniform } from '@viewgap/stats';
import { decodeFilm } from '../lookalikes/film-pixels.ts';
import { isLowContrast, LEAST_RANGE } from '../pixels/contrast.ts';
import { Resizer } from '../pixels/resize.ts';
import type { Quarantined } from '../records/pairing.ts';
import { looksInverted } from './polarity.ts';
import { type Originals, quarantinePictures } from './quarantine-pictures.ts';

interface SheetImage {
  readonly imageId: string;
  readonly shard: string;
  readonly row: number;
  readonly view: string;
  /** 99th minus 1st percentile of the greys */
  readonly greyRange: number;
  /** findings that are present; `none of them` where no finding is */
  readonly groups: readonly string[];
}

export interface ContactSheet {
  /** a page that needs no other file */
  readonly html: string;
  /** ids of images that seem to be negatives */
  readonly inverted: readonly string[];
  /** ids of images that use almost none of the greys, those that use the fewest first */
  readonly lowContrast: readonly string[];
}

const NONE = 'none of them';

/**
 * A page for the eye: images of low contrast and those that look inverted, some of every view and finding, and of what was
 * quarantined for each reason. Which images are shown depends on their ids alone. Holds no name but those of records and quarantine.
 * @param originals where the quarantined files lie; without it they are counted, not shown: their pixels are not kept
 * @param perGroup images of each view and finding, and of each reason
 */
export async function contactSheet(
  artifact: Artifact,
  {
    store,
    rebuild,
    originals = () => null,
    perGroup = 6,
  }: {
    readonly store: Store;
    readonly rebuild: string;
    readonly originals?: Originals;
    readonly perGroup?: number;
  },
): Promise<ContactSheet> {
  const { settings, source } = ingestFacts(artifact, rebuild);
  const images = await imagesOf(artifact);
  const lowContrast = lowContrastOf(images);
  const dim = lowContrast.slice(0, MOST_SUSPECTS);
  const chosen = chosenImages(images, perGroup);
  const kernels = new Kernels();
  const resizer = new Resizer(kernels);
  const pictures = new Map<string, string>();
  const inverted: string[] = [];
  for (const shard of new Set(images.map((image) => image.shard))) {
    const column = decodeTable(SHARD, await store.get(shard), shard).getChild('image');
    for (const { imageId, row } of images.filter((image) => image.shard === shard)) {
      const encoded = column?.get(row) as Uint8Array;
      const grey = decodeFilm(encoded, kernels);
      const suspect = looksInverted(grey, resizer);
      if (suspect) inverted.push(imageId);
      const isDoubted = dim.includes(imageId) || (suspect && inverted.length <= MOST_SUSPECTS);
      if (!chosen.has(imageId) && !isDoubted) continue;
      const png = isPng(encoded) ? encoded : writeGreyPng(grey, kernels);
      pictures.set(imageId, Buffer.from(png).toString('base64'));
    }
  }
  const html = [
    HEAD,
    ...(source.synthetic ? ['<h1>SYNTHETIC</h1>'] : []),
    `<p>${images.length} images</p>`,
    section(`${LOW_CONTRAST}: ${lowContrast.length}`, dim, pictures),
    section(`Look inverted: ${inverted.length}`, inverted, pictures),
    ...groupsOf(images).map(([title, members]) =>
      section(
        `${title}: ${members.length}`,
        members.filter(({ imageId }) => chosen.has(imageId)).map(({ imageId }) => imageId),
        pictures,
      ),
    ),
    ...(await quarantineSections(artifact, originals, { settings, perReason: perGroup })),
    '</html>\n',
  ].join('\n');
  return { html, inverted, lowContrast };
}

async function quarantineSections(
  { folder }: Artifact,
  originals: Originals,
  how: Parameters<typeof quarantinePictures>[2],
): Promise<string[]> {
  const table = await readTable(QUARANTINE, join(folder, 'quarantine.arrow'));
  const quarantined = table.toArray().map((row) => row.toJSON() as unknown as Quarantined);
  const pictures = await quarantinePictures(quarantined, originals, how);
  const base64 = new Map([...pictures].map(([ref, png]) => [ref, Buffer.from(png).toString('base64')]));
  const reasons = [...new Set(quarantined.map(({ reason }) => reason))].sort();
  return reasons.map((reason) => {
    const refs = quarantined.flatMap((one) => (one.reason === reason ? [one.ref] : []));
    return section(`Quarantine, ${reason}: ${refs.length}`, refs, base64);
  });
}

/** Suspects that are shown; all are counted. */
const MOST_SUSPECTS = 48;

const LOW_CONTRAST = `Low contrast, 98 % of the pixels within ${LEAST_RANGE} of 256 greys`;

const HEAD = `<!doctype html><html lang="en"><meta charset="utf-8"><title>Contact sheet</title>
<style>body{background:#222;color:#ddd;font:14px sans-serif}figure{display:inline-block;margin:4px;width:160px}
img{width:160px}figcaption{font-size:10px;overflow-wrap:anywhere}td{padding:0 1em}</style>`;

async function imagesOf({ folder }: Artifact): Promise<SheetImage[]> {
  const rows = (await readTable(RECORDS, join(folder, 'records.arrow'))).toArray();
  return rows.map((row) => {
    const present = FINDINGS.filter((finding) => row[labelColumn(finding)] === 1);
    return {
      imageId: row.image_id,
      shard: row.shard,
      row: row.row,
      view: row.view,
      greyRange: row.grey_range,
      groups: present.length > 0 ? present : [NONE],
    };
  });
}

function groupsOf(images: readonly SheetImage[]): [string, SheetImage[]][] {
  return VIEWS.flatMap((view) =>
    [...FINDINGS, NONE].map((group): [string, SheetImage[]] => [
      `${view}, ${group}`,
      images.filter((image) => image.view === view && image.groups.includes(group)),
    ]),
  ).filter(([, members]) => members.length > 0);
}

function lowContrastOf(images: readonly SheetImage[]): string[] {
  return images
    .filter(({ greyRange }) => isLowContrast(greyRange))
    .sort((a, b) => a.greyRange - b.greyRange)
    .map(({ imageId }) => imageId);
}

function chosenImages(images: readonly SheetImage[], perGroup: number): ReadonlySet<string> {
  const ids = groupsOf(images).flatMap(([, members]) =>
    members
      .map(({ imageId }) => imageId)
      .sort((a, b) => hashUniform('sheet', a) - hashUniform('sheet', b))
      .slice(0, perGroup),
  );
  return new Set(ids);
}

function section(title: string, ids: readonly string[], pictures: ReadonlyMap<string, string>): string {
  const figures = ids.flatMap((id) => {
    const picture = pictures.get(id);
    if (picture === undefined) return [];
    return [
      `<figure><img alt="" src="data:image/png;base64,${picture}"><figcaption>${escaped(id)}</figcaption></figure>`,
    ];
  });
  return `<h2>${escaped(title)}</h2>\n${figures.join('\n')}`;
}

function escaped(text: string): string {
  return text.replace(/[&<>"]/g, (character) => `&#${character.charCodeAt(0)};`);
}
