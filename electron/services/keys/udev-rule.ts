/** The rule that lets a person use security keys under Linux; `resources/70-latchkey-fido.rules` is the same text. */
export const UDEV_RULE_NAME = '70-latchkey-fido.rules'
export const UDEV_RULE_PATH = `/etc/udev/rules.d/${UDEV_RULE_NAME}`
export const UDEV_RULE = `# Lets whoever sits at this computer use FIDO security keys, whoever made them.
#
# fido_id (part of systemd since 244) reads the HID report descriptor and knows a security key by its usage page 0xF1D0,
# so there is no list of vendors that would have to be kept. Before 73-seat-late.rules, where uaccess takes effect.
# Copy to /etc/udev/rules.d/, then: udevadm control --reload && udevadm trigger --subsystem-match=hidraw
ACTION=="remove", GOTO="latchkey_fido_end"
SUBSYSTEM!="hidraw", GOTO="latchkey_fido_end"
ENV{ID_SECURITY_TOKEN}!="?*", IMPORT{program}="fido_id"
ENV{ID_SECURITY_TOKEN}=="?*", TAG+="uaccess"
LABEL="latchkey_fido_end"
`
/** Run by the person, as root; never by the program. */
export const UDEV_RELOAD = ['sudo udevadm control --reload', 'sudo udevadm trigger --subsystem-match=hidraw']
