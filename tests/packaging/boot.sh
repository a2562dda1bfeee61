#!/bin/sh
# Starts this machine's systemd as number one of a machine of its own, with a seat that `kiosk seat prepare` has made and nothing else.
# Usage: boot.sh FOLDER SEAT PROGRAM   (in new namespaces of mounts, processes, cgroups, names, messages and networks)
# Nothing of the real machine can be written: its files are seen through an overlay in memory, its kernel's settings are read-only.
# Ends with 77 where this machine lets nobody make another one.
set -eu
made=no
trap '[ "$made" = yes ] || exit 77' EXIT
folder=$1 seat=$2 program=$3
root=$folder/root
mount -t tmpfs tmpfs "$folder"
mkdir "$folder/upper" "$folder/work" "$root"
mount -t overlay overlay -o "lowerdir=/,upperdir=$folder/upper,workdir=$folder/work" "$root"
mount -t proc proc "$root/proc"
mount --bind "$root/proc/sys" "$root/proc/sys"
mount -o remount,bind,ro "$root/proc/sys"
mount -t sysfs -o ro sysfs "$root/sys"
mount -t cgroup2 cgroup2 "$root/sys/fs/cgroup"
mount -t tmpfs -o mode=755 tmpfs "$root/run"
mount -t tmpfs -o mode=755 tmpfs "$root/dev"
mkdir "$root/dev/pts" "$root/dev/shm"
mount -t tmpfs -o mode=1777 tmpfs "$root/dev/shm"
mount -t devpts -o newinstance,ptmxmode=0666 devpts "$root/dev/pts"
for device in "null 1 3" "zero 1 5" "full 1 7" "random 1 8" "urandom 1 9" "tty 5 0"; do
    # shellcheck disable=SC2086  # three words are meant
    set -- $device
    mknod -m 666 "$root/dev/$1" c "$2" "$3"
done
ln -s /proc/self/fd "$root/dev/fd"
ln -s pts/ptmx "$root/dev/ptmx"
ln -s null "$root/dev/console"
made=yes
rm -rf "$root/tmp/.X11-unix"
mkdir -p "$root/opt" "$root/var/lib" "$root/units"
mkdir -m 1777 "$root/tmp/.X11-unix"
cp -a "$program" "$root/opt/kiosk"
cp -a "$seat" "$root/var/lib/exam-seat"
chroot "$root" /opt/kiosk/kiosk seat prepare --seat /var/lib/exam-seat --preset practice --yes >&2
chroot "$root" chown -R exam:exam /var/lib/exam-seat

# The seat's own units as they were written, and of the system's only what they cannot be without. In Xorg's place stands its test
# server, which lets programs press keys: nobody sits here.
cp "$root"/etc/systemd/system/kiosk-seat*.service "$root/units"
sed -i 's#^ExecStart=.* :7 vt7 \(.*\) -tst \(.*\)#ExecStart=/usr/bin/Xvfb :7 -screen 0 1280x800x24 \1 \2#' "$root/units/kiosk-seat-display.service"
for target in sysinit basic shutdown; do
    printf '[Unit]\nDescription=%s\nDefaultDependencies=no\n' "$target" > "$root/units/$target.target"
done
printf '[Unit]\nDescription=seat\nDefaultDependencies=no\nRequires=kiosk-seat-restore.service kiosk-seat-network.service kiosk-seat.service\n' \
    > "$root/units/seat.target"
mkdir "$root/before"
cd "$root"
pivot_root . before
umount -l /before
exec env -i container=test SYSTEMD_UNIT_PATH=/units PATH=/usr/sbin:/usr/bin:/sbin:/bin \
    /lib/systemd/systemd --system --unit=seat.target --log-target=null --default-standard-output=null --default-standard-error=null
