// What the grammar expects in the places of which `explain` makes sentences of their own.

export const VALUE = 'a value'
export const STATEMENT = "a statement, such as 'let', 'input' or 'return'"
