/** Goes up with every change that lets the same bytes give another result, so that re-checks compare like with like. */
export const extractorVersion = 3;
