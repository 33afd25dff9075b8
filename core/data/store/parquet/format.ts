/**
 * Numbers of Parquet's format that our files have.
 * Source: https://github.com/apache/parquet-format/blob/master/src/main/thrift/parquet.thrift
 */
export const MAGIC = 'PAR1';
export const INT64 = 2;
export const DOUBLE = 5;
export const REQUIRED = 0;
export const OPTIONAL = 1;
export const ZSTD = 6;
export const PLAIN = 0;
export const RLE = 3;
export const DELTA_BINARY_PACKED = 5;
export const RLE_DICTIONARY = 8;
export const BYTE_STREAM_SPLIT = 9;
export const DATA_PAGE = 0;
export const DICTIONARY_PAGE = 2;

/** Value of `writer` in the metadata of files of ours. */
export const WRITER = 'tidegate';

/** Clock of the time column: whole milliseconds for candles and events, nanoseconds for trades and books. */
export type TimeUnit = 'ms' | 'ns';

/** Units in a millisecond. */
export const PER_MS: Readonly<Record<TimeUnit, number>> = { ms: 1, ns: 1e6 };

/** The field of a logical TimeUnit that is set. */
export const UNIT_FIELD: Readonly<Record<TimeUnit, number>> = { ms: 1, ns: 3 };

/** Key-value metadata of a Parquet file's footer. */
export type ParquetMeta = Readonly<Record<string, string>>;
