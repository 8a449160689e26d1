// The part of the WebAssembly interface that is used here; TypeScript has it with the browser's library alone.
declare namespace WebAssembly {
  class Module {
    constructor(bytes: Uint8Array)
    static exports(module: Module): readonly { readonly name: string; readonly kind: string }[]
  }
  class Memory {
    constructor(description: { readonly initial: number; readonly maximum: number; readonly shared: boolean })
    readonly buffer: SharedArrayBuffer
  }
  class Instance {
    constructor(module: Module, imports: Readonly<Record<string, Readonly<Record<string, unknown>>>>)
    readonly exports: Readonly<Record<string, unknown>>
  }
}
