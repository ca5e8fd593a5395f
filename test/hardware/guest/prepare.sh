#!/usr/bin/env bash
# Makes FOLDER/vmlinuz and FOLDER/initrd.gz: Debian's kernel, and a first file system with the few modules that the guest
# needs, which then takes this computer's own root, read-only, as its root (init.sh).
#   prepare.sh FOLDER      needs qemu-system-x86 busybox-static cpio kmod, and apt's lists
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
mkdir -p "$1" && cd "$1"
# In the order they are loaded; what they need comes before them.
modules='virtio_pci 9pnet_virtio 9p overlay hid_generic uhid usbhid configfs libcomposite usb_f_hid dummy_hcd'

work=$(mktemp -d "$PWD/work.XXXXXX")
trap 'rm -rf "$work"' EXIT
package=$(apt-cache depends linux-image-amd64 | awk '/Depends: linux-image-[0-9]/ { print $2; exit }')
mkdir "$work/package" "$work/kernel" && chmod 755 "$work" "$work/package"
(cd "$work/package" && apt-get download -q "$package" >/dev/null 2>&1)
dpkg-deb --fsys-tarfile "$work"/package/*.deb | tar -x -C "$work/kernel" --wildcards \
  './boot/vmlinuz-*' './lib/modules/*/modules.*' './lib/modules/*/kernel/drivers/hid/*' \
  './lib/modules/*/kernel/drivers/usb/*' './lib/modules/*/kernel/drivers/virtio/*' './lib/modules/*/kernel/fs/*' \
  './lib/modules/*/kernel/net/9p/*' './lib/modules/*/kernel/lib/*' './lib/modules/*/kernel/crypto/*'
release=$(ls "$work/kernel/lib/modules")
depmod -b "$work/kernel" "$release" 2>/dev/null

initrd=$work/initrd
mkdir -p "$initrd"/{bin,modules,proc,sys,dev,lower,out,tmp,root}
: >"$initrd/modules/order"
for module in $modules; do
  modprobe -d "$work/kernel" -S "$release" --show-depends "$module" | awk '/^insmod/ { print $2 }' |
    while read -r path; do
      name=$(basename "$path")
      grep -qx "$name" "$initrd/modules/order" && continue
      cp "$path" "$initrd/modules/$name" && echo "$name" >>"$initrd/modules/order"
    done
done
cp "$(command -v busybox)" "$initrd/bin/busybox"
cp "$here/init.sh" "$initrd/init" && chmod 755 "$initrd/init"
(cd "$initrd" && find . | cpio -o -H newc --quiet | gzip -1) >"$work/initrd.gz"
mv "$work/initrd.gz" initrd.gz
# Last, for it says that all is there.
mv "$work"/kernel/boot/vmlinuz-* vmlinuz
