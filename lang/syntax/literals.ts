/** The value of a number as written, e.g. `5_000` or `1e-3`. */
export function readNumber(text: string): number {
  return Number(text.replaceAll('_', ''))
}

const ESCAPES: Readonly<Record<string, string>> = { n: '\n', t: '\t', r: '\r', '"': '"', '\\': '\\' }

/** The text that a string token stands for. `onUnknown` gets each unknown escape and where it starts in `image`. */
export function readString(image: string, onUnknown: (sequence: string, at: number) => void): string {
  const inner = image.slice(1, -1)
  if (!inner.includes('\\')) return inner
  return inner.replace(/\\(u\{[0-9A-Fa-f]{1,6}\}|.)/gsu, (whole: string, sequence: string, at: number) => {
    if (sequence.startsWith('u{')) {
      const code = Number.parseInt(sequence.slice(2, -1), 16)
      if (code <= 0x10ffff) return String.fromCodePoint(code)
    }
    const known = ESCAPES[sequence]
    if (known === undefined) onUnknown(whole, at + 1)
    return known ?? whole
  })
}
