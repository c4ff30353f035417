# Stand-in of the Raspberry Pi's `vcgencmd`.
case "$1" in
  get_throttled) case "$STANDIN_FAULT" in *throttle*) echo "throttled=0x50005" ;; *) echo "throttled=0x0" ;; esac ;;
  measure_temp) echo "temp=48.3'C" ;;
  *) exit 255 ;;
esac
