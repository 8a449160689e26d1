import type { IToken } from 'chevrotain'
import * as messages from '../../diagnostics/messages/syntax.js'
import type {
  Declaration,
  Entry,
  EntryDeclarationKind,
  ExternEnum,
  ExternFunction,
  Identifier,
  Import,
  ImportedName,
  Parameter,
  Statement,
  TypeExpression,
} from '../ast.js'
import { EOF } from '../chevrotain.js'
import { IMPORTED_NAME, IMPORTED_NAMES, MODULE } from '../expected.js'
import { startsDeclaration } from '../layout.js'
import * as t from '../tokens.js'
import { StatementGrammar } from './statements.js'

const DECLARATION = 'a declaration'

interface Head {
  readonly doc: string
  readonly exported: boolean
  readonly start: number
}

/** Declarations with entries, layers, architectures, constants, and the `extern` ones of the standard library. */
export abstract class DeclarationGrammar extends StatementGrammar {
  protected readonly declaration = this.RULE('declaration', (): Declaration => {
    const start = this.LA(1).startOffset
    this.ACTION(() => {
      this.areBounds = false
    })
    let exported = false
    this.OPTION(() => {
      this.CONSUME(t.Export)
      exported = true
    })
    const head: Head = { doc: this.docAt(start), exported, start }
    return this.OR({
      DEF: [
        { ALT: () => this.SUBRULE(this.entryDeclaration, { ARGS: [head] }) },
        { ALT: () => this.SUBRULE(this.layerDeclaration, { ARGS: [head] }) },
        { ALT: () => this.SUBRULE(this.constantDeclaration, { ARGS: [head] }) },
        { ALT: () => this.SUBRULE(this.externDeclaration, { ARGS: [head] }) },
      ],
      ERR_MSG: DECLARATION,
    })
  })

  private readonly entryDeclaration = this.RULE('entryDeclaration', (head?: Head): Declaration => {
    const keyword = this.CONSUME(t.EntryKeyword)
    const name = this.declaredName(this.SUBRULE(this.identifier, { ARGS: [`the name of the ${keyword.image}`] }))
    let parameters: readonly Parameter[] = []
    let entries: readonly Entry[] = []
    this.guardedRest(() => {
      this.OPTION(() => {
        parameters = this.SUBRULE(this.parameterList)
      })
      this.ACTION(() => {
        this.areBounds = keyword.tokenType === t.Budget
      })
      entries = this.SUBRULE(this.entryBlock)
    })
    // The category holds exactly the keywords of ENTRY_DECLARATION_KINDS.
    const kind = keyword.image as EntryDeclarationKind
    return this.ACTION(() => ({ kind, name, parameters, entries, ...this.finish(head) }))
  })

  private readonly layerDeclaration = this.RULE('layerDeclaration', (head?: Head): Declaration => {
    const keyword = this.OR([{ ALT: () => this.CONSUME(t.Layer) }, { ALT: () => this.CONSUME(t.Architecture) }])
    const kind = keyword?.tokenType === t.Layer ? 'layer' : 'architecture'
    const name = this.declaredName(this.SUBRULE(this.identifier, { ARGS: [`the name of the ${kind}`] }))
    let parameters: readonly Parameter[] = []
    let body: readonly Statement[] = []
    this.guardedRest(() => {
      this.OPTION(() => {
        parameters = this.SUBRULE(this.parameterList)
      })
      body = this.SUBRULE(this.body)
    })
    return this.ACTION(() => ({ kind, name, parameters, body, ...this.finish(head) }))
  })

  private readonly constantDeclaration = this.RULE('constantDeclaration', (head?: Head): Declaration => {
    this.CONSUME(t.Let)
    const name = this.SUBRULE(this.identifier, { ARGS: ["a name after 'let'"] })
    const value = this.SUBRULE(this.assigned, { ARGS: [name] })
    return this.ACTION(() => ({ kind: 'let', name, value, ...this.finish(head) }))
  })

  private readonly externDeclaration = this.RULE('externDeclaration', (head?: Head): Declaration => {
    this.CONSUME(t.Extern)
    return this.OR({
      DEF: [
        { ALT: () => this.SUBRULE(this.externEnum, { ARGS: [head] }) },
        {
          ALT: (): Declaration => {
            this.CONSUME(t.Type)
            const name = this.SUBRULE(this.identifier, { ARGS: ['the name of the type'] })
            return this.ACTION(() => ({ kind: 'extern', what: 'type', name, ...this.finish(head) }))
          },
        },
        { ALT: () => this.SUBRULE(this.externFunction, { ARGS: [head] }) },
      ],
      ERR_MSG: "'enum', 'type', 'function', 'operation', 'metric' or 'declaration'",
    })
  })

  private readonly externEnum = this.RULE('externEnum', (head?: Head): Declaration => {
    const members: ExternEnum['members'][number][] = []
    this.CONSUME(t.Enum)
    const name = this.SUBRULE1(this.identifier, { ARGS: ['the name of the enumeration'] })
    this.CONSUME(t.LBrace)
    this.MANY(() => {
      this.OR([
        { ALT: () => this.CONSUME(t.Newline) },
        { ALT: () => this.CONSUME(t.Comma) },
        {
          ALT: () => {
            const member = this.SUBRULE2(this.identifier)
            this.ACTION(() => members.push({ ...member, doc: this.docAt(member.span.start) }))
          },
        },
      ])
    })
    this.CONSUME(t.RBrace, { ERR_MSG: "',' or '}'" })
    return this.ACTION(() => ({ kind: 'extern', what: 'enum', name, members, ...this.finish(head) }))
  })

  private readonly externFunction = this.RULE('externFunction', (head?: Head): Declaration => {
    const what = this.OR([
      { ALT: () => this.CONSUME(t.FunctionWord) },
      { ALT: () => this.CONSUME(t.Operation) },
      { ALT: () => this.CONSUME(t.Metric) },
      { ALT: () => this.CONSUME(t.DeclarationWord) },
    ])
    const name = this.SUBRULE(this.dottedName)
    let parameters: readonly Parameter[] = []
    let result: TypeExpression | undefined
    let direction: IToken | undefined
    parameters = this.SUBRULE(this.parameterList)
    this.OPTION1(() => {
      this.CONSUME(t.Arrow)
      result = this.SUBRULE(this.type)
      this.OPTION2(() => {
        this.CONSUME(t.Comma)
        direction = this.CONSUME(t.Name, { ERR_MSG: "'higher' or 'lower'" })
      })
    })
    return this.ACTION((): Declaration => {
      // The four alternatives above are the four kinds.
      const kind = what.image as ExternFunction['what']
      const better = direction?.image === 'higher' || direction?.image === 'lower' ? direction.image : undefined
      if (kind === 'metric' && better === undefined) {
        this.report(messages.unknownDirection({ span: direction === undefined ? name.span : this.spanOf(direction) }))
      }
      return { kind: 'extern', what: kind, name, parameters, result, better, ...this.finish(head) }
    })
  })

  private readonly dottedName = this.RULE('dottedName', (): Identifier => {
    const first = this.SUBRULE1(this.identifier)
    let text = first.name
    this.MANY(() => {
      this.CONSUME(t.Dot)
      const next = this.SUBRULE2(this.identifier)
      this.ACTION(() => {
        text += `.${next.name}`
      })
    })
    return this.ACTION(() => ({ name: text, span: this.spanFrom(first.span.start) }))
  })

  protected readonly importDeclaration = this.RULE('importDeclaration', (): Import => {
    const start = this.CONSUME(t.Import).startOffset
    const from = this.CONSUME(t.StringToken, { ERR_MSG: MODULE })
    const names: ImportedName[] = []
    this.guardedRest(() => {
      this.CONSUME(t.LBrace, { ERR_MSG: IMPORTED_NAMES })
      this.separated(
        () => {
          const name = this.guarded(() => this.SUBRULE(this.importedName), [t.Comma, t.Newline])
          if (name !== undefined) names.push(name)
          this.ACTION(() => this.checkImportSeparator())
        },
        () => this.rejectJunk(t.RBrace, IMPORTED_NAME, [t.Comma, t.Newline]),
      )
      this.CONSUME(t.RBrace)
    })
    return this.ACTION(() => {
      const value = this.textOf(from)
      return { from: { value, span: this.spanOf(from) }, names, span: this.spanFrom(start) }
    })
  })

  private checkImportSeparator(): void {
    if (!t.isName(this.LA(1).tokenType)) return
    const facts = { previous: this.spanOf(this.LA(0)), next: this.spanOf(this.LA(1)), lineEndToo: false }
    this.report(messages.missingSeparator(facts))
  }

  private readonly importedName = this.RULE('importedName', (): ImportedName => {
    const name = this.SUBRULE1(this.identifier)
    let local = name
    this.OPTION(() => {
      this.CONSUME(t.As)
      local = this.SUBRULE2(this.identifier, { ARGS: ["a name after 'as'"] })
    })
    return this.ACTION(() => ({ name, local, span: this.spanFrom(name.span.start) }))
  })

  /** Of `my-tagger` only a part was read as the name: then it has none that others could use. */
  private declaredName(name: Identifier): Identifier {
    return this.ACTION(() => {
      if (!this.nextIs(t.Minus, t.Dot)) return name
      this.broken.push(name.span)
      this.lostName = true
      return { ...name, name: '' }
    })
  }

  /** The rest of a declaration whose name is known: the name stays declared, whatever is wrong behind it. */
  private guardedRest(parse: () => void): void {
    const before = this.broken.length
    this.guarded(parse, [t.Newline])
    if (this.broken.length > before && !(this.LA(0).tokenType === t.RBrace)) this.skipToDeclaration()
  }

  /** Passes over everything up to the next declaration or import. */
  protected skipToDeclaration(): void {
    const start = this.LA(1).startOffset
    while (!this.nextIs(EOF)) {
      const starts = this.LA(0).tokenType === t.Newline && startsDeclaration([this.LA(1), this.LA(2)], 0)
      if (starts && this.LA(1).startColumn === 1) break
      this.SKIP_TOKEN()
    }
    if (this.LA(0).startOffset >= start) this.broken.push(this.spanFrom(start))
  }

  private finish(head: Head | undefined): {
    doc: string
    exported: boolean
    span: ReturnType<DeclarationGrammar['spanFrom']>
  } {
    const { doc, exported, start } = head ?? { doc: '', exported: false, start: 0 }
    return { doc, exported, span: this.spanFrom(start) }
  }
}
