import { spawnSync } from 'node:child_process';

/** A shell in a mount namespace of its own, where this user may mount a small disk. */
const NAMESPACE = ['unshare', '-rm', 'sh', '-c'] as const;

/**
 * What to put before a command so that it runs on a disk with `freeKiB` KiB left, and again when there is space:
 * `folder` becomes a tmpfs with the same content, and comes back as it is at the end. The first run's status, its
 * stderr and the `last` file, if there is one, are put into `report`.
 */
export function onFullDisk(folder: string, freeKiB: number, last: string, report: string): string[] {
  const script = `
set -e
copy=$(mktemp -d) && cp -a '${folder}/.' "$copy"
mount -t tmpfs -o size=32m none '${folder}'
cp -a "$copy/." '${folder}'
free=$(df -k --output=avail '${folder}' | tail -1)
head -c $(( (free - ${freeKiB}) * 1024 )) /dev/zero > '${folder}/filler' 
mkdir -p '${report}'
status=0; "$0" "$@" 2> '${report}/stderr' || status=$?
echo $status > '${report}/status'
if [ -e '${last}' ]; then cp '${last}' '${report}/last'; fi
rm '${folder}/filler'
again=0; "$0" "$@" || again=$?
rm -rf "$copy"/* && cp -a '${folder}/.' "$copy"
umount '${folder}'
rm -rf '${folder}' && mv "$copy" '${folder}'
exit $again`;
  return [...NAMESPACE, script];
}

/** Whether this user may mount a disk of their own (Linux, user namespaces or root). */
export const CAN_MOUNT = (() => {
  const [command, ...args] = NAMESPACE;
  return spawnSync(command, [...args, 'mount -t tmpfs -o size=1m none /mnt']).status === 0;
})();
