import { endWithReader } from '../lib/terminal.ts';
import { main } from './main.ts';

endWithReader();
process.exitCode = await main(process.argv.slice(2));
