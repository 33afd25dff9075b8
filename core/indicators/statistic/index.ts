export { linearreg } from './linearreg.ts';
export { linearregAngle } from './linearreg-angle.ts';
export { linearregIntercept } from './linearreg-intercept.ts';
export { linearregSlope } from './linearreg-slope.ts';
export { stddev } from './stddev.ts';
export { tsf } from './tsf.ts';
export { variance } from './var.ts';
