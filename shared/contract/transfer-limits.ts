/** Bounds of what goes up and comes down in one call; a page checks them before it reads a file. */
export const MAX_IMPORT_BYTES = 10 * 1024 * 1024
export const MAX_ENTRIES_EXPORTED = 10_000
