import {
  type LayoutConfig,
  type LayoutName,
  type PhantomConfig,
  type SourceFacts,
  UserError,
} from '@viewgap/contracts';
import type { Layout, PhantomFile } from './files/layout.ts';
import { chestXDet } from './layouts/chestx-det.ts';
import { chexpert } from './layouts/chexpert.ts';
import { dicomFolder } from './layouts/dicom-folder.ts';
import { mimicCxrJpg } from './layouts/mimic-cxr-jpg.ts';
import { nihChestXray14 } from './layouts/nih-chestxray14.ts';
import { padChest } from './layouts/padchest.ts';
import { pngFolder } from './layouts/png-folder.ts';
import { rsnaPneumonia } from './layouts/rsna-pneumonia.ts';
import { siimPneumothorax } from './layouts/siim-pneumothorax.ts';
import { vinDrCxr } from './layouts/vindr-cxr.ts';

/** By the name of the adapter that reads it; an adapter may have no phantoms. */
const LAYOUTS: { readonly [Name in LayoutName]?: Layout<LayoutConfig<Name>> } = {
  'nih-chestxray14': nihChestXray14,
  chexpert,
  'mimic-cxr-jpg': mimicCxrJpg,
  padchest: padChest,
  'vindr-cxr': vinDrCxr,
  'rsna-pneumonia': rsnaPneumonia,
  'siim-pneumothorax': siimPneumothorax,
  'chestx-det': chestXDet,
  'png-folder': pngFolder,
  'dicom-folder': dicomFolder,
};

/** The layouts that phantoms are drawn in. */
export const PHANTOM_LAYOUTS = Object.keys(LAYOUTS) as LayoutName[];

/**
 * The files of a source's phantoms, in its own layout.
 * @throws UserError where phantoms have no such layout
 */
export function phantomFiles(source: SourceFacts, phantom: PhantomConfig): AsyncGenerator<PhantomFile> {
  const layout = LAYOUTS[source.adapter] as Layout | undefined;
  if (layout === undefined) {
    throw new UserError(
      'no phantoms are drawn in this layout',
      source.adapter,
      `known: ${PHANTOM_LAYOUTS.join(', ')}`,
    );
  }
  return layout({ source, phantom });
}
