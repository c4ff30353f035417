# Stand-in of `modinfo -F version hailo_pci`.
[ "$*" = "-F version hailo_pci" ] || exit 1
case "$STANDIN_FAULT" in driver-old) echo 4.20.0 ;; *) echo 4.23.0 ;; esac
