import { serveJobs } from '../../foundation/waited-worker.ts';
import { doOnnxJob } from './onnx-jobs.ts';

serveJobs(doOnnxJob);
