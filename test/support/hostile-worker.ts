/**
 * What a hostile worker can try against its host, as a program for Node in a slot's container. It fills the status
 * folder, leaves a setuid program in the file store, replaces the folder of its files under root, and takes every
 * connection to the broker, again and again. It prints how each try ended, and lives on until it is killed.
 */
const program = `const { appendFileSync, chmodSync, copyFileSync, renameSync } = require('node:fs');
const { connect } = require('node:net');
const attempt = (what, act) => {
  try { act(); console.log(what, 'done'); } catch (error) { console.log(what, error.code); }
};
attempt('fill', () => { for (;;) appendFileSync('/run/jernverk/slot/fill', Buffer.alloc(65536)); });
attempt('setuid', () => {
  copyFileSync('/usr/bin/node', '/files/results/program');
  chmodSync('/files/results/program', 0o4755);
});
attempt('replace', () => renameSync('/files', '/replaced'));
const open = () =>
  connect('/run/jernverk/broker/broker.sock')
    .on('error', () => undefined)
    .on('close', () => setTimeout(open, 500))
    .resume();
for (let n = 0; n < 4096; n += 1) open();
`;

/** Starts it in the container of a slot. What it prints goes to a file. */
export const attackFrom = (slot: string, output: string): string =>
  `container=$(docker ps --quiet --filter label=jernverk.slot=${slot})
nohup docker exec "$container" /usr/bin/node -e "eval(Buffer.from('${Buffer.from(program).toString('base64')}', 'base64').toString())" < /dev/null > ${output} 2>&1 &`;
