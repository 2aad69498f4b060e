// Loops over pixels that JavaScript runs too slowly, compiled by build.sh to src/pixels/pixels.wasm. All arithmetic is
// on integers, so that the same image gives the same bytes on every processor. Callers lay out the memory and vouch
// for every pointer and length; what a file says is checked here.
#pragma once

#define EXPORT(name) __attribute__((export_name(#name))) name
