/** The project's folder: `jernverk` and cdktf both start in it. */
export const projectRoot = (): string => process.cwd();
