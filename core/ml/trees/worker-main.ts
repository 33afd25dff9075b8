import { serveJobs } from '../../foundation/waited-worker.ts';
import { doJob } from './worker-jobs.ts';

serveJobs(doJob);
