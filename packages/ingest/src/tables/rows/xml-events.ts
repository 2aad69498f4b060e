import { decoded } from '@viewgap/artifacts';
import { SaxesParser } from 'saxes';

export interface XmlHandlers {
  readonly open?: (name: string, attributes: Readonly<Record<string, string>>) => void;
  readonly text?: (text: string) => void;
  readonly close?: (name: string) => void;
}

/**
 * Reads an XML file as a stream: pauses after each piece, so that what the handlers found can be taken. Names come
 * without their prefix, which a program may choose.
 * @throws XmlFault where it is not well formed
 */
export async function* xmlEvents(
  bytes: () => AsyncIterable<Uint8Array>,
  { open, text, close }: XmlHandlers,
): AsyncGenerator<void> {
  const parser = new SaxesParser<{ position: false; xmlns: false }>({ position: false, xmlns: false });
  parser.on('error', (error) => {
    throw new XmlFault(error.message);
  });
  if (open) parser.on('opentag', ({ name, attributes }) => open(local(name), attributes));
  if (text) {
    parser.on('text', text);
    parser.on('cdata', text);
  }
  if (close) parser.on('closetag', ({ name }) => close(local(name)));
  for await (const piece of decoded(bytes)) {
    parser.write(piece);
    yield;
  }
  parser.close();
}

/** The same for a file of which nothing is taken before its end. */
export async function readXml(bytes: () => AsyncIterable<Uint8Array>, handlers: XmlHandlers): Promise<void> {
  for await (const _ of xmlEvents(bytes, handlers));
}

export class XmlFault extends Error {
  override readonly name = 'XmlFault';
}

function local(name: string): string {
  const colon = name.indexOf(':');
  return colon === -1 ? name : name.slice(colon + 1);
}
