/**
 * The environment of programs that stand beside: as people start them, without the large pages of memory that this program
 * asks for at its own start. With them, NumPy and PyTorch spend less on touching new memory as well.
 */
export const asTheyAre = { GLIBC_TUNABLES: "" };
