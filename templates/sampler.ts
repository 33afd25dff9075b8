import { definePlugin, type Sampler, uniformPoint, z } from 'tidegate';

/** Sampler __NAME__: random points, each followed by its mirror image. A point is one number from 0 to 1 for each parameter. */
export default definePlugin({
  kind: 'sampler',
  name: '__NAME__',
  version: '1.0.0',
  doc: 'random points and their mirror images',
  options: z.object({}),
  create: (): Sampler => ({
    name: '__NAME__',
    options: {},
    start({ space }) {
      const points: Float64Array[] = [];
      return {
        noted({ unit }) {
          points.push(unit);
        },
        observed() {},
        suggest(number, rng, attempt) {
          const before = points[number - 1];
          if (number % 2 === 0 || !before || attempt > 0) return { unit: uniformPoint(space.dims.length, rng) };
          // A parameter that is inactive in a trial is NaN there.
          return { unit: before.map((x) => (Number.isNaN(x) ? rng.next() : 1 - x)) };
        },
      };
    },
  }),
});
