import { serveJobs } from '../threads/waited-worker.ts';
import { doOnnxJob } from './onnx-jobs.ts';

serveJobs(doOnnxJob);
