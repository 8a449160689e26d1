/** What the grammar expects where an expression starts; `explain` makes a sentence of its own of it. */
export const VALUE = 'a value'
