import { widthOf } from '../../compiler/fixed/type.js'
import type { Design, PortInterface } from '../../targets/design.js'
import type { Flavour } from '../../targets/hls/flavour.js'
import { typeNameOf } from '../../targets/hls/names.js'
import { arrayTypeOf, wordsPerElement } from './hls-words.js'

/** Files of the bench: 64-bit words in the machine's order, vector by vector, `hls-words.ts` says which. */
export const GIVEN = 'given.bin'
export const GOT = 'got.bin'

/** A program that calls the function once for every vector. It sets and reads bits, so it converts no number. */
export function benchText(design: Design, vectors: number, flavour: Flavour): string {
  const { inputs, outputs } = design.interface
  const words = (ports: readonly PortInterface[]): number =>
    ports.reduce((sum, port) => sum + port.elements.length * wordsPerElement(port), 0)
  const lines = [
    '#include <cstdio>',
    `#include "${design.top}.h"`,
    `static unsigned long long given[${Math.max(1, words(inputs))}], got[${Math.max(1, words(outputs))}];`,
    'int main() {',
    `  std::FILE *in = std::fopen("${GIVEN}", "rb"), *out = std::fopen("${GOT}", "wb");`,
    '  if (!in || !out) return 2;',
    ...[...inputs, ...outputs].map(
      (port) => `  static ${typeNameOf(port.name)} ${port.name}[${port.elements.length}];`,
    ),
    `  for (long vector = 0; vector < ${vectors}; vector++) {`,
    `    if (std::fread(given, 8, ${words(inputs)}, in) != ${words(inputs)}) return 3;`,
    '    const unsigned long long *from = given;',
    ...inputs.flatMap((port) => [
      `    for (auto &element : ${port.name}) {`,
      `      ${typeNameOf(port.name)} number = 0;`,
      ...chunks(port).map(({ low, count }) => `      ${flavour.setBits('number', low, count, '*from++')}`),
      '      element = number;',
      '    }',
    ]),
    `    ${design.top}(${[...inputs, ...outputs].map((port) => port.name).join(', ')});`,
    '    unsigned long long *to = got;',
    ...outputs.flatMap((port) => [
      `    for (const auto &element : ${port.name}) {`,
      ...chunks(port).map(({ low, count }) => `      *to++ = ${flavour.getBits('element', low, count)};`),
      '    }',
    ]),
    `    if (std::fwrite(got, 8, ${words(outputs)}, out) != ${words(outputs)}) return 4;`,
    '  }',
    '  return std::fclose(out) == 0 ? 0 : 5;',
    '}',
    '',
  ]
  return lines.join('\n')
}

function chunks(port: PortInterface): readonly { readonly low: number; readonly count: number }[] {
  const width = widthOf(arrayTypeOf(port))
  return Array.from({ length: wordsPerElement(port) }, (_, word) => ({
    low: 64 * word,
    count: Math.min(64, width - 64 * word),
  }))
}
