# Stand-in of HailoRT's command line tool, version 4.23: same words, same exit codes (status numbers), no hardware.
# Whatever reads a HEF is done by hailortcli.ts.
case "$1" in
  --version | -v)
    case "$STANDIN_FAULT" in
      cli-mismatch) echo "libhailort version (4.20.0) does not match HailoRT-CLI version (4.23.0)" >&2; exit 255 ;;
      no-version) echo "HailoRT" ;;
      v5) echo "HailoRT-CLI version 5.1.0" ;;
      *) echo "HailoRT-CLI version 4.23.0" ;;
    esac ;;
  scan) # without a device the real tool also ends with 0
    case "$STANDIN_FAULT" in
      no-device) echo "Hailo devices not found" ;;
      *) printf 'Hailo Devices:\n[-] Device: 0000:01:00.0\n' ;;
    esac ;;
  fw-control)
    [ "$2" = identify ] || exit 109
    firmware=4.23.0
    architecture=HAILO8
    case "$STANDIN_FAULT" in
      identify-empty) exit 0 ;;
      driver-mismatch)
        printf '[HailoRT] [error] %s\n' \
          "CHECK failed - Driver version (4.20.0) is different from library version (4.23.0)" \
          "Driver version mismatch, status HAILO_INVALID_DRIVER_VERSION(76)" >&2
        exit 76 ;;
      firmware-old) firmware=4.20.0 ;;
      device-8l) architecture=HAILO8L ;;
    esac
    printf 'Executing on device: 0000:01:00.0\nIdentifying board\nControl Protocol Version: 2\n'
    [ "$STANDIN_FAULT" = identify-junk ] && exit 0
    printf 'Firmware Version: %s (release,app)\nLogger Version: 0\nBoard Name: Hailo-8 (stand-in)\n' "$firmware"
    printf 'Device Architecture: %s\nSerial Number: STANDIN0001\n' "$architecture" ;;
  *) exec "$STANDIN_DENO" run --quiet --no-config --no-lock -A "$STANDIN_SOURCE/hailortcli.ts" "$@" ;;
esac
