/** An element of XML: its name, its text, the elements in it. Attributes are dropped. */
export interface Element {
  readonly name: string
  readonly text: string
  readonly children: readonly Element[]
}

/**
 * Reads the XML that tools write: elements and text, no entities but the five of XML. Null where tags do not match: a file
 * that was cut off is none.
 */
export function parseXml(source: string): Element | null {
  interface Open {
    name: string
    text: string
    children: Element[]
  }
  const root: Open = { name: '', text: '', children: [] }
  const stack: Open[] = [root]
  const text = source.replace(/<\?.*?\?>|<!--[\s\S]*?-->|<!DOCTYPE[^>]*>/g, '')
  for (const [, literal = '', closing, name, empty] of text.matchAll(/([^<]*)(?:<(\/?)([\w.:-]+)[^>]*?(\/?)>)?/g)) {
    const inner = stack.at(-1)
    if (inner === undefined) return null
    inner.text += unescaped(literal)
    if (name === undefined) continue
    if (closing === '/') {
      if (inner.name !== name) return null
      stack.pop()
      stack.at(-1)?.children.push({ ...inner, text: inner.text.trim() })
    } else if (empty === '/') inner.children.push({ name, text: '', children: [] })
    else stack.push({ name, text: '', children: [] })
  }
  const [only, ...others] = root.children
  return stack.length === 1 && only !== undefined && others.length === 0 ? only : null
}

const ENTITIES: Readonly<Record<string, string>> = { lt: '<', gt: '>', amp: '&', quot: '"', apos: "'" }

function unescaped(text: string): string {
  return text.replace(/&(lt|gt|amp|quot|apos);/g, (_, name: string) => ENTITIES[name] ?? '')
}

/** The element at a path of names below `element`; undefined where there is none. */
export function elementAt(element: Element, path: readonly string[]): Element | undefined {
  let at: Element | undefined = element
  for (const name of path) at = at?.children.find((child) => child.name === name)
  return at
}
