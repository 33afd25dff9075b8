import { defineTickFeature, inputsOf, inputVector, namedInputsSchema, OnlineDirection, z } from 'tidegate';

/** A model of the next move of the mid that learns from the book, its flow and its trades, and from any features named, while the market runs. */
export default defineTickFeature({
  name: 'learned-direction',
  version: '1.1.0',
  doc: 'direction of the mid that a model foretells which learns while the market runs, scored on answers given beforehand (ticks)',
  options: z.object({
    horizonMs: z.int().min(1).max(3_600_000).default(1_000).describe('how far ahead, ms'),
    everyMs: z
      .int()
      .min(1)
      .max(60_000)
      .default(100)
      .describe('market time between two answers that it learns from, ms'),
    minSamples: z
      .int()
      .min(1)
      .max(1_000_000)
      .default(200)
      .describe('answers that have come true or not before it speaks'),
    rate: z.number().positive().max(10).default(0.05).describe('step of learning'),
    l2: z.number().min(0).max(1).default(1e-4).describe('pull of the weights towards 0'),
    window: z.int().min(2).max(100_000).default(100).describe('book updates that the inputs are normalised over'),
    features: namedInputsSchema
      .default([])
      .describe(
        'features of ticks to learn from too: "vpin", "vpin.value", or { name: "ofi", levels: 3, take: ["z"] }',
      ),
    fromBook: z
      .boolean()
      .default(true)
      .describe('whether book vector, order flow and trades are inputs; false: only `features`'),
    featureWindow: z.int().min(2).max(100_000).default(600).describe('answers that `features` are normalised over'),
  }),
  inputs: ({ features }) => inputsOf(features),
  stream({ features, featureWindow, ...options }, host) {
    const model = new OnlineDirection({ ...options, more: inputVector(features, host), moreWindow: featureWindow });
    return {
      values: {
        get direction() {
          return model.direction;
        },
        get hitRate() {
          return model.hitRate;
        },
        get samples() {
          return model.samples;
        },
        get isReady() {
          return model.isReady ? 1 : 0;
        },
      },
      onTrade({ time, size, side }) {
        model.onTrade(time, size, side);
      },
      onBook(book) {
        model.onBook(book);
      },
      onTime(time, mid) {
        model.onTime(time, mid);
      },
      onGap() {
        model.onGap();
      },
    };
  },
});
