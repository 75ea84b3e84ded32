import { name, version } from '../../package.json';

/** The version that key sets record. */
export const toolVersion = version;

/** Name and version of this program, as reports name it. */
export const toolName = `${name} ${version}`;
