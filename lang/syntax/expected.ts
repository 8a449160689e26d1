// What the grammar expects in the places of which `explain` makes sentences of their own.

export const VALUE = 'a value'
export const TYPE = 'a type'
export const BLOCK = "'{'"
export const IMPORTED_NAMES = "'{' and the names to import"
export const IMPORTED_NAME = "the name of an import or '}'"
export const LIST_ITEM_END = "',' or ']'"
export const VERSION = "the version of the language, 'hgq 1'"
export const MODULE = 'a module in quotes, such as "std/layers"'
export const END_OF_ENTRY = 'a comma or the end of the line'
export const END_OF_STATEMENT = 'the end of the line'
export const LOOP_VARIABLE = "a name after 'for'"
export const DECLARATION = "a declaration, such as 'dataset', 'train' or 'build'"
export const ENTRY_NAME = 'the name of an entry'
export const STATEMENT = "a statement, such as 'let', 'input' or 'return'"
export const TYPE_END = "',' or ')'"
export const VALUE_OF_ENTRY = "'=' and a value"
export const NAME_BEFORE_EQUALS = "a name before '='"
