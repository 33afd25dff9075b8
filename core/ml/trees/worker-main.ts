import { serveJobs } from '../threads/waited-worker.ts';
import { doJob } from './worker-jobs.ts';

serveJobs(doJob);
