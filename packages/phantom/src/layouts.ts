import type { AdapterName, LayoutConfig, PhantomConfig, SourceFacts } from '@viewgap/contracts';
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

/** Every layout by the name of the adapter that reads it. */
const LAYOUTS: { readonly [Name in AdapterName]: Layout<LayoutConfig<Name>> } = {
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

/** The files of a source's phantoms, in its own layout. */
export function phantomFiles(source: SourceFacts, phantom: PhantomConfig): AsyncGenerator<PhantomFile> {
  const layout = LAYOUTS[source.adapter] as Layout;
  return layout({ source, phantom });
}
