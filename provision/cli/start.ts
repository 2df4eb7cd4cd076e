import { main } from './main.ts';

// `./jernverk status | head -1`: a reader that has seen enough is no failure of the program.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code !== 'EPIPE') throw error;
  process.exit();
});

process.exitCode = await main(process.argv.slice(2));
