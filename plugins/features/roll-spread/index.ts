import { defineTickFeature, RollSpread, z } from 'tidegate';

/** Roll's spread, from how trade prices bounce. */
export default defineTickFeature({
  name: 'roll-spread',
  version: '1.0.0',
  doc: "Roll's spread, from how trade prices bounce (ticks)",
  options: z.object({
    window: z.int().min(4).max(100000).default(200).describe('trades'),
  }),
  stream({ window }) {
    const roll = new RollSpread(window);
    return {
      values: {
        get value() {
          return roll.value;
        },
      },
      onTrade({ price }) {
        roll.add(price);
      },
    };
  },
});
