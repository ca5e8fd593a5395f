#!/bin/busybox sh
# The guest's first program: the host's root, read-only, under a layer in memory; /run/out is the host's to read. Runs
# /run/out/command.sh there, leaves its exit code, and switches off.
b=/bin/busybox
$b mount -t proc proc /proc
$b mount -t sysfs sys /sys
$b mount -t devtmpfs dev /dev
while read -r module; do $b insmod "/modules/$module" || echo "no module $module"; done </modules/order

share=trans=virtio,version=9p2000.L,msize=524288
r=/root
$b mount -t 9p -o "ro,cache=loose,$share" hostroot /lower || { echo 'no root'; $b poweroff -f; }
$b mount -t tmpfs layer /tmp
$b mkdir /tmp/upper /tmp/work
$b mount -t overlay -o lowerdir=/lower,upperdir=/tmp/upper,workdir=/tmp/work overlay $r || { echo 'no layer'; $b poweroff -f; }
$b mount -t proc proc $r/proc
$b mount -t sysfs sys $r/sys
$b mount -t configfs config $r/sys/kernel/config
$b mount -t devtmpfs dev $r/dev
$b mkdir -p $r/dev/pts $r/dev/shm
$b mount -t devpts pts $r/dev/pts
$b mount -t tmpfs shm $r/dev/shm
$b mount -t tmpfs run $r/run
# libudev asks nothing of a folder that is not there.
$b mkdir -p $r/run/out $r/run/udev
$b mount -t 9p -o "rw,cache=none,$share" out $r/run/out
$b ifconfig lo 127.0.0.1 up

$b chroot $r /usr/bin/env -i HOME=/root LANG=C.UTF-8 PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin \
  setsid -w /bin/sh /run/out/command.sh </dev/null >$r/run/out/stdout 2>$r/run/out/stderr
echo $? >$r/run/out/code
$b sync
$b poweroff -f
