import { basename } from 'node:path'
import type { Circuit } from '../../targets/design.js'

/** The files that make the circuit, by bare name, in the order in which a tool should read them. */
export function sourceFiles(design: Circuit): { readonly [name: string]: string } {
  const texts = new Map(design.files.map((file) => [file.path, file.text]))
  return Object.fromEntries(
    design.sources.map((path) => {
      const text = texts.get(path)
      if (text === undefined) throw new Error(`the design lists ${path} as a source and has no such file`)
      return [basename(path), text]
    }),
  )
}
