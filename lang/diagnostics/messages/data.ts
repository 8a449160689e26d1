// HGQ3xxx: data files, their rows and columns. One function per message; `check.ts` shows the pattern. A failure that
// is about no place in a source file leaves `span` out and names file and row, or the tool, in its message.
export {}
