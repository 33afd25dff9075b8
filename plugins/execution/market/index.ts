import { definePlugin, type ExecutionModule, z } from 'tidegate';

/** One market order for all of it. */
export default definePlugin({
  kind: 'execution',
  name: 'market',
  version: '1.0.0',
  doc: 'one market order for all of it',
  options: z.object({}),
  create: (): ExecutionModule<Record<string, never>> => ({
    name: 'market',
    start: ({ amount }) => ({ state: {}, actions: [{ action: 'place', key: 'market', type: 'market', amount }] }),
    step: (state, event) => ({ state, actions: event.event === 'closed' ? [{ action: 'done' }] : [] }),
  }),
});
