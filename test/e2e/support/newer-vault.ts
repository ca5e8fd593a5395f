/** A vault as a later version would write it, made with the age library alone, as its slot's passphrase lets anybody do. */
import { readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { armor, Decrypter, Encrypter, identityToRecipient } from 'age-encryption'

/** Rewrites the payload of the vault in `dataDir`, whose only slot is a passphrase. */
export async function rewriteVault(dataDir: string, passphrase: string, change: (text: string) => string) {
  const vault = join(dataDir, 'vault', 'vault.age')
  const slots = join(dataDir, 'vault', 'slots')
  const slot = readFileSync(join(slots, readdirSync(slots)[0]!), 'utf8')
  const byPassphrase = new Decrypter()
  byPassphrase.addPassphrase(passphrase)
  const identity = /AGE-SECRET-KEY-1\w+/.exec(await byPassphrase.decrypt(armor.decode(slot), 'text'))![0]
  const byIdentity = new Decrypter()
  byIdentity.addIdentity(identity)
  const text = await byIdentity.decrypt(new Uint8Array(readFileSync(vault)), 'text')
  const encrypter = new Encrypter()
  encrypter.addRecipient(await identityToRecipient(identity))
  writeFileSync(vault, await encrypter.encrypt(change(text)))
}
