import type { FilmSet } from '../film/film-set.ts';
import type { Film } from '../film/patient.ts';
import { truncated } from './image-file.ts';
import type { PhantomFile } from './layout.ts';

/**
 * The files of a set's films, each told of in the tables. With `broken` three more films follow: one whose file is cut
 * short, one of which nothing is told, and one that is told of and has no file.
 */
export async function* filmFiles(
  { films, spare }: FilmSet,
  layout: {
    readonly broken: boolean;
    readonly file: (film: Film) => PhantomFile | Promise<PhantomFile>;
    /** adds a film to the tables */
    readonly tell: (film: Film) => void;
  },
): AsyncGenerator<PhantomFile> {
  const { broken, file, tell } = layout;
  for (const film of films) {
    yield await file(film);
    tell(film);
  }
  if (!broken) return;
  yield truncated(await file(spare(0)));
  tell(spare(0));
  yield await file(spare(1));
  tell(spare(2));
}
