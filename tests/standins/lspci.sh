# Stand-in of `lspci` for one Hailo-8.
printf '0000:01:00.0 Co-processor: Hailo Technologies Ltd. Hailo-8 AI Processor\n\t\tLnkSta:\tSpeed 8GT/s, Width x1\n'
