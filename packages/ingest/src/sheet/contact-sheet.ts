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
import { codesOf, type Findings, type SourceFacts, VIEWS } from '@viewgap/contracts';
import { type Grey, isPng, Kernels, writeGreyPng } from '@viewgap/shards/grey';
import { hashUniform } from '@viewgap/stats';
import { decodeFilm } from '../lookalikes/film-pixels.ts';
import { isLowContrast, LEAST_RANGE } from '../pixels/contrast.ts';
import { Resizer } from '../pixels/resize.ts';
import { groupBy, type Quarantined } from '../records/pairing.ts';
import { findingLabels, type RecordLabels } from '../tables/finding-labels.ts';
import { unlikeness } from './likeness.ts';
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
  /** ids of all images, those first that look least like a chest */
  readonly unlike: readonly string[];
}

const NONE = 'none of them';

/**
 * A page for the eye: images of low contrast, those that look inverted and those that look least like a chest, some of every
 * view and finding, the least like a chest first, and of what was quarantined for each reason. Which images are shown
 * depends on their ids alone. Holds no name but those of records and quarantine.
 * @param findings of the study, by which images are grouped
 * @param originals where the quarantined files lie; without it they are counted, not shown: their pixels are not kept
 * @param perGroup images of each view and finding, and of each reason
 */
export async function contactSheet(
  artifact: Artifact,
  {
    store,
    rebuild,
    findings,
    originals = () => null,
    perGroup = 6,
  }: {
    readonly store: Store;
    readonly rebuild: string;
    readonly findings: Findings;
    readonly originals?: Originals;
    readonly perGroup?: number;
  },
): Promise<ContactSheet> {
  const { settings, source } = ingestFacts(artifact, rebuild);
  const images = await imagesOf(artifact, source, findings);
  const groups = groupsOf(images, codesOf(findings));
  const lowContrast = lowContrastOf(images);
  const dim = lowContrast.slice(0, MOST_SUSPECTS);
  const chosen = chosenImages(groups, perGroup);
  const kernels = new Kernels();
  const resizer = new Resizer(kernels);
  const inverted: string[] = [];
  const unlikenesses = new Map<string, number>();
  await eachFilm(images, { store, kernels }, ({ imageId }, film) => {
    if (looksInverted(film, resizer)) inverted.push(imageId);
    unlikenesses.set(imageId, unlikeness(film, resizer));
  });
  const unlikenessOf = (id: string) => unlikenesses.get(id) as number;
  const unlike = images
    .map(({ imageId }) => imageId)
    .sort((a, b) => unlikenessOf(b) - unlikenessOf(a) || (a < b ? -1 : 1));
  const leastAlike = unlike.slice(0, perGroup * LEAST_ALIKE_ROWS);
  const shown = new Set([...chosen, ...dim, ...inverted.slice(0, MOST_SUSPECTS), ...leastAlike]);
  const pictures = new Map<string, string>();
  await eachFilm(
    images.filter(({ imageId }) => shown.has(imageId)),
    { store, kernels },
    ({ imageId }, film, encoded) => {
      const png = isPng(encoded) ? encoded : writeGreyPng(film, kernels);
      pictures.set(imageId, Buffer.from(png).toString('base64'));
    },
  );
  const html = [
    HEAD,
    ...(source.synthetic ? ['<h1>SYNTHETIC</h1>'] : []),
    `<p>${images.length} images</p>`,
    section(`${LOW_CONTRAST}: ${lowContrast.length}`, dim, pictures),
    section(`Look inverted: ${inverted.length}`, inverted.slice(0, MOST_SUSPECTS), pictures),
    section(`Look least like a chest: ${leastAlike.length} of ${images.length}`, leastAlike, pictures),
    ...groups.map(([title, members]) =>
      section(
        `${title}: ${members.length}`,
        members
          .map(({ imageId }) => imageId)
          .filter((id) => chosen.has(id))
          .sort((a, b) => unlikenessOf(b) - unlikenessOf(a)),
        pictures,
      ),
    ),
    ...(await quarantineSections(artifact, originals, { settings, perReason: perGroup })),
    '</html>\n',
  ].join('\n');
  return { html, inverted, lowContrast, unlike };
}

/** Decodes images shard by shard, one after another: the pixels of one last until the next is decoded. */
async function eachFilm(
  images: readonly SheetImage[],
  { store, kernels }: { readonly store: Store; readonly kernels: Kernels },
  visit: (image: SheetImage, film: Grey, encoded: Uint8Array) => void,
): Promise<void> {
  for (const [shard, members] of groupBy(images, (image) => image.shard)) {
    const column = decodeTable(SHARD, await store.get(shard), shard).getChild('image');
    for (const image of members) {
      const encoded = column?.get(image.row) as Uint8Array;
      visit(image, decodeFilm(encoded, kernels), encoded);
    }
  }
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
/** As many times the images of a group as look least like a chest are shown. */
const LEAST_ALIKE_ROWS = 4;

const LOW_CONTRAST = `Low contrast, 98 % of the pixels within ${LEAST_RANGE} of 256 greys`;

const HEAD = `<!doctype html><html lang="en"><meta charset="utf-8"><title>Contact sheet</title>
<style>body{background:#222;color:#ddd;font:14px sans-serif}figure{display:inline-block;margin:4px;width:160px}
img{width:160px}figcaption{font-size:10px;overflow-wrap:anywhere}td{padding:0 1em}</style>`;

async function imagesOf(
  { folder }: Artifact,
  source: SourceFacts,
  findings: Findings,
): Promise<SheetImage[]> {
  const codes = codesOf(findings);
  const labelsOf = findingLabels(findings, source);
  const rows = (await readTable(RECORDS, join(folder, 'records.arrow'))).toArray();
  return rows.map((row) => {
    const { labels, label_set, overlays } = row as unknown as RecordLabels;
    const known = labelsOf({ labels, label_set, overlays });
    const present = codes.filter((_, f) => known[f]?.label === 1);
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

type Group = [title: string, members: SheetImage[]];

function groupsOf(images: readonly SheetImage[], findings: readonly string[]): Group[] {
  return VIEWS.flatMap((view) =>
    [...findings, NONE].map(
      (group): Group => [
        `${view}, ${group}`,
        images.filter((image) => image.view === view && image.groups.includes(group)),
      ],
    ),
  ).filter(([, members]) => members.length > 0);
}

function lowContrastOf(images: readonly SheetImage[]): string[] {
  return images
    .filter(({ greyRange }) => isLowContrast(greyRange))
    .sort((a, b) => a.greyRange - b.greyRange)
    .map(({ imageId }) => imageId);
}

function chosenImages(groups: readonly Group[], perGroup: number): ReadonlySet<string> {
  const ids = groups.flatMap(([, members]) =>
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
