// HGQ1xxx: what the text of a pipeline file must look like. One function per message; `check.ts` shows the pattern. A failure that
// is about no place in a source file leaves `span` out and names file and row, or the tool, in its message.
export {}
