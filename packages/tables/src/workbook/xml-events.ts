import { SaxesParser } from 'saxes';
import { TableFault } from '../source/table-fault.ts';
import type { Bytes } from '../source/table-source.ts';
import { decoded } from '../text/text-encoding.ts';

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
export async function* xmlEvents(bytes: Bytes, { open, text, close }: XmlHandlers): AsyncGenerator<void> {
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
  for await (const piece of xmlText(bytes)) {
    parser.write(piece);
    yield;
  }
  parser.close();
}

async function* xmlText(bytes: Bytes): AsyncGenerator<string> {
  try {
    yield* decoded(bytes);
  } catch (cause) {
    if (cause instanceof TableFault) throw new XmlFault(cause.what, { cause });
    throw cause;
  }
}

/** The same for a file of which nothing is taken before its end. */
export async function readXml(bytes: Bytes, handlers: XmlHandlers): Promise<void> {
  for await (const _ of xmlEvents(bytes, handlers));
}

export class XmlFault extends Error {
  override readonly name = 'XmlFault';
}

function local(name: string): string {
  const colon = name.indexOf(':');
  return colon === -1 ? name : name.slice(colon + 1);
}
