import type { Space } from '../../hyperopt/index.ts';
import type { SearchReport } from './report-search.ts';
export function studyPage(_report: SearchReport, _space: Space): string {
  return '';
}
