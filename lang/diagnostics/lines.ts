/** 1-based. Columns count code points, as editors show them, not UTF-16 units. */
export interface Position {
  readonly line: number
  readonly column: number
}

/** Where each line of a text starts, so that offsets can be shown as lines and columns. */
export class LineTable {
  readonly #starts: number[] = [0]

  constructor(readonly text: string) {
    for (let at = text.indexOf('\n'); at >= 0; at = text.indexOf('\n', at + 1)) this.#starts.push(at + 1)
  }

  /** The 1-based line that holds the UTF-16 `offset`; an offset past the end lies on the last line. */
  lineAt(offset: number): number {
    let low = 0
    let high = this.#starts.length
    while (high - low > 1) {
      const middle = (low + high) >> 1
      if ((this.#starts[middle] ?? 0) <= offset) low = middle
      else high = middle
    }
    return low + 1
  }

  positionAt(offset: number): Position {
    const line = this.lineAt(offset)
    return { line, column: [...this.text.slice(this.startOf(line), offset)].length + 1 }
  }

  /** Offset of the first character of a line. */
  startOf(line: number): number {
    return this.#starts[line - 1] ?? this.text.length
  }

  /** The text of a line, without its line end. */
  textOf(line: number): string {
    return this.text.slice(this.startOf(line), this.#starts[line] ?? this.text.length).replace(/\r?\n$/, '')
  }
}
