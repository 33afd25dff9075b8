/** A WebAssembly memory that threads share: all that our code uses of one. (TypeScript has these types in its DOM library only.) */
export interface WasmMemory {
  readonly buffer: SharedArrayBuffer;
}

/** A compiled module; workers can be sent one. */
export interface WasmModule {
  readonly [Symbol.toStringTag]?: string;
}

interface WasmNamespace {
  readonly Module: new (bytes: Uint8Array) => WasmModule;
  readonly Instance: new (module: WasmModule, imports: object) => { readonly exports: object };
  readonly Memory: new (pages: { initial: number; maximum: number; shared: true }) => WasmMemory;
}

const { WebAssembly } = globalThis as unknown as { readonly WebAssembly: WasmNamespace };

/** Bytes of a memory page. */
export const WASM_PAGE = 65536;

/** A zeroed shared memory of a fixed number of pages, at most 65,536 (4 GiB). */
export function wasmMemory(pages: number): WasmMemory {
  return new WebAssembly.Memory({ initial: pages, maximum: pages, shared: true });
}

/** Compiles the binary that a `*-binary.ts` module carries. */
export function wasmModule(base64: string): WasmModule {
  return new WebAssembly.Module(Buffer.from(base64, 'base64'));
}

/** The functions of a module over a memory. */
export function wasmExports(module: WasmModule, memory: WasmMemory): object {
  return new WebAssembly.Instance(module, { env: { memory } }).exports;
}
