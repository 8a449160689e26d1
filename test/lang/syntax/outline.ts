import type {
  Declaration,
  Entry,
  Expression,
  ModuleAst,
  Parameter,
  Statement,
  TypeExpression,
} from '../../../lang/syntax/ast.js'

/** A syntax tree as text, one declaration after the other, expressions fully parenthesized. */
export function outline(ast: ModuleAst): string {
  const lines = ast.version === undefined ? [] : [`hgq ${ast.version.value}`]
  for (const { from, names } of ast.imports) {
    lines.push(
      `import "${from.value}": ${names.map(({ name, local }) => (name === local ? name.name : `${name.name} as ${local.name}`)).join(' ')}`,
    )
  }
  for (const declaration of ast.declarations) lines.push(...declarationLines(declaration))
  return lines.join('\n')
}

function declarationLines(declaration: Declaration): string[] {
  const head = `${declaration.exported ? 'export ' : ''}${declaration.kind} ${declaration.name.name}`
  const doc = declaration.doc === '' ? [] : declaration.doc.split('\n').map((line) => `/// ${line}`.trimEnd())
  switch (declaration.kind) {
    case 'let':
      return [...doc, `${head} = ${show(declaration.value)}`]
    case 'layer':
    case 'architecture':
      return [...doc, head + parameters(declaration.parameters), ...indent(declaration.body.flatMap(statementLines))]
    case 'extern':
      if (declaration.what === 'type') return [...doc, `extern type ${declaration.name.name}`]
      if (declaration.what === 'enum') {
        return [
          ...doc,
          `extern enum ${declaration.name.name}: ${declaration.members.map((member) => member.name).join(' ')}`,
        ]
      }
      return [
        ...doc,
        `extern ${declaration.what} ${declaration.name.name}${parameters(declaration.parameters)}` +
          (declaration.result === undefined ? '' : ` -> ${showType(declaration.result)}`) +
          (declaration.better === undefined ? '' : `, ${declaration.better}`),
      ]
    default:
      return [...doc, head + parameters(declaration.parameters), ...indent(declaration.entries.map(showEntry))]
  }
}

function parameters(list: readonly Parameter[]): string {
  if (list.length === 0) return ''
  const texts = list.map(({ name, type, defaultValue, doc }) => {
    const comment = doc === '' ? '' : `/* ${doc} */ `
    return `${comment}${name.name}: ${showType(type)}${defaultValue === undefined ? '' : ` = ${show(defaultValue)}`}`
  })
  return `(${texts.join(', ')})`
}

function indent(lines: readonly string[]): string[] {
  return lines.map((line) => `  ${line}`)
}

function showEntry({ name, relation, value, doc }: Entry): string {
  return `${name.name} ${relation} ${show(value)}${doc === '' ? '' : ` /// ${doc}`}`
}

function statementLines(statement: Statement): string[] {
  switch (statement.kind) {
    case 'let':
      return [`${statement.rebinds ? '' : 'let '}${statement.name.name} = ${show(statement.value)}`]
    case 'for':
      return [
        `for ${statement.variable.name} in ${show(statement.list)}`,
        ...indent(statement.body.flatMap(statementLines)),
      ]
    case 'return':
      return [`return ${show(statement.value)}`]
    case 'input':
      return [
        `input ${statement.name.name} [${statement.shape.map(show).join(', ')}]${statement.type === undefined ? '' : ` as ${show(statement.type)}`}`,
      ]
    case 'output':
      return [`output ${statement.name === undefined ? '' : `${statement.name.name} = `}${show(statement.value)}`]
    case 'share':
      return [`share ${statement.name.name} = ${show(statement.value)}`]
    case 'place':
      return [`place ${statement.name.name} = ${statement.fallback.name}`]
  }
}

function showType(type: TypeExpression): string {
  switch (type.kind) {
    case 'named_type':
      return type.name
    case 'list_type':
      return `list[${showType(type.element)}]`
    case 'map_type':
      return `record[${showType(type.element)}]`
    case 'record_type':
      return `{ ${type.fields.map((field) => `${field.name.name}: ${showType(field.type)}`).join(', ')} }`
    case 'union_type':
      return `(${type.options.map(showType).join(' | ')})`
    case 'optional_type':
      return `${showType(type.element)}?`
  }
}

function show(value: Expression): string {
  switch (value.kind) {
    case 'number':
      return value.isInteger ? String(value.value) : `float ${value.value}`
    case 'quantity':
      return `<${value.value} ${value.unit}>`
    case 'string':
      return JSON.stringify(value.value)
    case 'boolean':
      return String(value.value)
    case 'name':
      return value.name
    case 'member':
      return `${show(value.object)}.${value.name.name}`
    case 'index':
      return `${show(value.object)}[${show(value.index)}]`
    case 'call':
      return `${show(value.callee)}(${value.arguments.map((argument) => (argument.name === undefined ? '' : `${argument.name.name} = `) + show(argument.value)).join(', ')})`
    case 'list':
      return `[${value.items.map(show).join(', ')}]`
    case 'record':
      return `{ ${value.entries.map(showEntry).join(', ')} }`
    case 'unary':
      return `(${value.operator} ${show(value.operand)})`
    case 'binary':
      return `(${show(value.left)} ${value.operator} ${show(value.right)})`
    case 'conditional':
      return `(${show(value.condition)} ? ${show(value.whenTrue)} : ${show(value.whenFalse)})`
    case 'pipe':
      return `(${show(value.value)} |> ${show(value.call)})`
    case 'with':
      return `(${show(value.call)} with ${show(value.quantizer)})`
  }
}
