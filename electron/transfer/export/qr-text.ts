/** ISO/IEC 18004 table 7: bytes that the largest code (40) holds with error correction M. */
export const MAX_QR_LETTERS = 2331
