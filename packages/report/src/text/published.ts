/**
 * Results that the RSNA 2025 abstract published: Model 1, an ImageNet-pretrained encoder with a classification head;
 * Model 2, the same with an image-reconstruction decoder; 1,600,905 training images; external tests on the public
 * ChestX-Det (2,216 images) and on one private set (10,836 images).
 *
 * Gaps are printed here as PA - AP, which is what the abstract's own AP and PA gains fit
 * (public: 0.0223 - 0.0179 = 0.0044, beside -0.0158 - -0.0198 = 0.0040).
 */
export const PUBLISHED_CITATION =
  'Abstract, RSNA 2025 annual meeting: a five-finding classifier with and without an image-reconstruction decoder, tested on ChestX-Det (2,216 images) and on one private set (10,836 images).';

/** A quantity that the abstract states; null where it does not. */
export interface PublishedRow {
  readonly finding: string;
  readonly quantity: 'auroc-change-all' | 'auroc-change-AP' | 'auroc-change-PA' | 'gap-from' | 'gap-to';
  readonly public: number | null;
  readonly private: number | null;
  /** as the abstract prints it */
  readonly p: string | null;
}

export const PUBLISHED: readonly PublishedRow[] = [
  { finding: 'mean', quantity: 'auroc-change-all', public: 0.019, private: 0.0286, p: null },
  { finding: 'mean', quantity: 'auroc-change-AP', public: 0.0179, private: 0.0358, p: null },
  { finding: 'mean', quantity: 'auroc-change-PA', public: 0.0223, private: 0.0359, p: null },
  { finding: 'mean', quantity: 'gap-from', public: -0.0198, private: 0.0496, p: null },
  { finding: 'mean', quantity: 'gap-to', public: -0.0158, private: 0.0497, p: null },
  { finding: 'PTX', quantity: 'gap-from', public: -0.1023, private: null, p: null },
  { finding: 'PTX', quantity: 'gap-to', public: -0.0211, private: null, p: '0.0089' },
  { finding: 'FIB', quantity: 'gap-from', public: 0.1309, private: null, p: null },
  { finding: 'FIB', quantity: 'gap-to', public: 0.0995, private: null, p: '0.0002' },
];

/** What the abstract says in words only. */
export const PUBLISHED_WORDS: readonly string[] = [
  'Private set: for CSN, FIB and NDL the change of the gap is called favourable and not significant.',
  'Both sets: for PEF no notable difference.',
];

/** What must not be read into the published numbers. */
export const PUBLISHED_CAVEATS: readonly string[] = [
  'The abstract does not say which test gave its p-values.',
  'It does not define the sign of its gap. Its own AP and PA gains fit PA \u2212 AP, so its gaps are taken as that, and ours stand beside them with the same sign: elsewhere on this page a gap is AP \u2212 PA.',
  'Its pooled private gain (+0.0286) lies below both of its view gains (+0.0358, +0.0359): \u201call\u201d is not a mean of the views.',
  'It does not name its training sets. Its 2,216 images match no simple subset of the 3,578 in ChestX-Det.',
];

/** The data set of the abstract's public test. */
export const PUBLISHED_PUBLIC_SET = 'chestx-det';
