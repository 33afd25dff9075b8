import type { WasmMemory } from '../wasm/web-assembly.ts';
import type { RegionLayout, SharedLayout } from './train-space.ts';
export interface ForestTask {
  readonly memory: WasmMemory;
  readonly shared: SharedLayout;
  readonly region: RegionLayout;
}
export function growForestPart(_task: ForestTask): unknown {
  return undefined;
}
