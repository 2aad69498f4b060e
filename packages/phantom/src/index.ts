export { type PhantomRequest, writePhantom } from './write-phantom.ts';
