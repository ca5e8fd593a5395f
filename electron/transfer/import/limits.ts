/** Bounds of what is read: generous to any real file, and checked before the memory or time is spent. */
export const MAX_FILE_BYTES = 64 * 1024 * 1024
/** Inflated parts of zip and KDBX files together. */
export const MAX_INFLATED_BYTES = 128 * 1024 * 1024
export const MAX_ITEMS = 50_000
/** PBKDF2 with 10 million rounds takes some seconds; andOTP and KeePass go to a million. */
export const MAX_PBKDF2_ITERATIONS = 10_000_000
/** scrypt: 128·N·r bytes, as Aegis may be set. */
export const MAX_SCRYPT_BYTES = 512 * 1024 * 1024
/** Argon2: libsodium's "sensitive", which Ente asks for, takes 1 GiB. */
export const MAX_ARGON2_KIB = 1024 * 1024
/** Argon2: memory times passes, 16 passes over 1 GiB. */
export const MAX_ARGON2_KIB_PASSES = 16 * 1024 * 1024
export const MAX_ARGON2_PARALLELISM = 64
/** AES-KDF of KeePass: one second of a fast machine is about 100 million by native code, a tenth of it here. */
export const MAX_AES_KDF_ROUNDS = 100_000_000
/** A file that takes longer on its worker is given up. */
export const MAX_READ_SECONDS = 60
